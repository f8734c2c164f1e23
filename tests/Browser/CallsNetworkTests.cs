using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>A network that goes and comes back, a service that is killed, and one where media only pass a TURN server.</summary>
public sealed class CallsNetworkTests(Browsers browsers) : IClassFixture<Browsers>
{
    private const string LastUsername =
        "window.__pcs.at(-1).getConfiguration().iceServers.find(server => server.username).username";

    [NeedTheory("chromium")]
    [InlineData(5)]
    [InlineData(40)]
    public async Task Network_CutForAWhile_IsSaidOnBothSides_AndTheCallGoesOn(int seconds)
    {
        var ann = await browsers.SignIn($"cut-ann-{seconds}");
        var ben = await browsers.SignIn($"cut-ben-{seconds}");
        // Only sockets of WebRTC that are opened under such conditions are ever cut by them.
        var cdp = await ben.Context.NewCDPSessionAsync(ben);
        await cdp.SendAsync("Network.enable");
        await Cut(cdp, isCut: false);
        await ann.Call($"cut-ben-{seconds}", "audio");
        await ben.Answer();
        await ann.Hears(true);
        await ben.Hears(true);

        var length = Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        await Cut(cdp, isCut: true);
        if (seconds > 5)
        {
            foreach (var page in new[] { ann, ben })
                await Assertions.Expect(page.GetByTestId("call-status")).ToHaveTextAsync("Reconnecting…");
        }

        await length;
        await Cut(cdp, isCut: false);
        foreach (var page in new[] { ann, ben })
        {
            await Assertions.Expect(page.GetByTestId("call-status")).ToHaveTextAsync("Connected");
            await page.Hears(true);
        }

        await Connected(ben);
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Gateway_KilledWhileItRings_RingsOn_AndKilledInTheCall_TheCallGoesOn()
    {
        await using var gateway = await Gateway().Run();
        var ann = await browsers.SignIn("kill-ann", address: gateway.Address.ToString());
        var ben = await browsers.SignIn("kill-ben", address: gateway.Address.ToString());
        await ann.Call("kill-ben", "audio");
        await ben.GetByTestId("incoming").WaitForAsync();

        gateway.Kill();
        await Assertions.Expect(ann.GetByTestId("connection-banner")).ToContainTextAsync("Reconnecting");
        await Assertions.Expect(ben.GetByTestId("incoming")).ToBeVisibleAsync();
        await gateway.Run();
        await Connected(ann);
        await Connected(ben);
        await ben.Answer();
        await ann.Hears(true);
        await ben.Hears(true);

        gateway.Kill();
        await Assertions.Expect(ann.GetByTestId("connection-banner")).ToContainTextAsync("Reconnecting");
        // Sound needs no service.
        await ann.Hears(true);
        await ben.Hears(true);
        await gateway.Run();
        await Connected(ann);
        await Connected(ben);
        await ann.Hears(true);
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
        await ann.IsGone("call-screen");
    }

    [Need("turnserver")]
    public async Task TurnOnly_SoundPasses_AndGoesOnPastTheEndOfItsCredentials()
    {
        const string RelayOnly =
            """
            const Own = RTCPeerConnection;
            window.__pcs = [];
            window.RTCPeerConnection = class extends Own {
              constructor(configuration) { super({ ...configuration, iceTransportPolicy: 'relay' }); window.__pcs.push(this); }
              setConfiguration(configuration) { super.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' }); }
            };
            """;
        var address = Own();
        var port = Ports.Free();
        using var turn = Process.Start(new ProcessStartInfo("turnserver",
            [
                "-n", "--listening-ip", address, "--relay-ip", address, "--listening-port", $"{port}", "--use-auth-secret",
                "--static-auth-secret", "only-here", "--realm", "calls.test", "--no-cli", "--no-tls", "--no-dtls",
                "--log-file", "stdout",
                "--allow-loopback-peers", "--pidfile", Path.Combine(Path.GetTempPath(), $"turn-{port}.pid"),
            ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        turn.BeginOutputReadLine();
        turn.BeginErrorReadLine();
        try
        {
            await using var gateway = await Gateway(
                ("Ice__TurnUrls__0", $"turn:{address}:{port}?transport=udp"), ("Ice__TurnSecret", "only-here"),
                ("Ice__TurnTtl", "60")).Run();
            var ann = await browsers.SignIn("turn-ann", script: RelayOnly, address: gateway.Address.ToString());
            var ben = await browsers.SignIn("turn-ben", script: RelayOnly, address: gateway.Address.ToString());
            await ann.Call("turn-ben", "audio");
            await ben.Answer();
            await ann.Hears(true);
            await ben.Hears(true);
            var since = Stopwatch.StartNew();
            await ann.WaitForFunctionAsync(
                "() => window.__calls.current.media.peer('turn-ben').quality.current?.route === 'relay'");
            var first = await Username(ann);
            await ann.WaitForFunctionAsync(
                $"first => {LastUsername} !== first", first, new PageWaitForFunctionOptions { Timeout = 90_000 });
            var left = TimeSpan.FromSeconds(65) - since.Elapsed;
            if (left > TimeSpan.Zero)
                await Task.Delay(left, TimeProvider.System);
            foreach (var page in new[] { ann, ben })
            {
                await page.Hears(true);
                await Assertions.Expect(page.GetByTestId("call-status")).ToHaveTextAsync("Connected");
            }

            await ann.GetByTestId("hangup").ClickAsync();
            await ben.IsGone("call-screen");
        }
        finally
        {
            turn.Kill();
            await turn.WaitForExitAsync();
        }
    }

    private static GatewayProcess Gateway(params (string Name, string Value)[] settings) => new(
        "localhost",
        [("ASPNETCORE_ENVIRONMENT", "Development"), ("Calls__PairRings", "0"), ("Calls__StartsPerMinute", "0"), .. settings]);

    private static Task<string> Username(IPage page) => page.EvaluateAsync<string>($"() => {LastUsername}");

    /// <summary>An address that a browser gathers candidates on, which loopback is not.</summary>
    private static string Own() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
        .First(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one)).ToString();

    private static async Task Connected(IPage page) =>
        await page.WaitForFunctionAsync("() => document.querySelector('[data-connection]')?.dataset.connection === 'connected'");

    /// <summary>All of a page's network: requests, sockets, and packets of WebRTC.</summary>
    private static async Task Cut(ICDPSession cdp, bool isCut) =>
        await cdp.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = isCut, ["latency"] = 1, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1,
            ["packetLoss"] = isCut ? 100 : 0,
        });
}
