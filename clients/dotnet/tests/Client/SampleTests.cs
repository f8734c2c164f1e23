using System.Net.Http.Json;

namespace OrleansCalls.Client.Tests;

/// <summary>The samples as processes, together with a gateway.</summary>
public sealed class SampleTests
{
    private const string WebhookSecret = "a secret for webhooks, 32 bytes and more";

    [Fact]
    public async Task TwoConsolePhones_AndTheBackEnd_PlayACall()
    {
        var port = Ports.Free();
        var address = $"http://127.0.0.1:{port}";
        await using var service = await Service.Start(
            $"Webhooks:Url={address}/webhooks/calls", $"Webhooks:Secret={WebhookSecret}");
        await using var backEnd = Sample(
            "BackEnd", ["--urls", address],
            ("Calls__Address", service.Address.ToString()), ("Calls__SigningKey", Service.SigningKey),
            ("Calls__WebhookSecret", WebhookSecret));
        await backEnd.Line("Now listening");
        await using var alice = Sample("Phone", [address, service.Address.ToString(), "alice"]);
        await using var bob = Sample("Phone", [address, service.Address.ToString(), "bob"]);
        await alice.Line("Connected");
        await bob.Line("Connected");

        await alice.Write("call bob");
        await bob.Line("Rings: alice");
        await alice.Line("bob: Ringing");
        await bob.Write("accept");
        await alice.Line("Accepted: bob");
        await bob.Write("end");
        await alice.Line("Ended: Completed");
        await bob.Line("Ended: Completed");
        await bob.Write("accept");
        await bob.Line("Ended: ");

        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var events = await Events(
            http, "the end", list => list.Exists(line => line.StartsWith("call.ended", StringComparison.Ordinal)));
        Assert.Equal(
            ["call.created", "call.ringing", "call.accepted", "call.active", "call.ended"],
            events.Select(line => line.Split(' ')[0]).Distinct());
        Assert.Equal(400, (int)(await http.PostAsJsonAsync("/webhooks/calls", new { id = "x" })).StatusCode);

        using (var ring = await http.PostAsync("/ring?from=carl&to=bob", null))
            Assert.True(ring.IsSuccessStatusCode);
        await bob.Line("Rings: carl");
        await bob.Write("reject");
        await bob.Line("Ended: Rejected");
        await alice.Write("quit");
        Assert.Equal(0, await alice.Exited());
    }

    [Fact]
    public async Task AppHost_StartsAGatewayAndABackEnd_ThatKnowEachOther()
    {
        var (gatewayPort, backEndPort) = (Ports.Free(), Ports.Free());
        await using var host = Sample(
            "AppHost", [],
            ("GatewayPort", $"{gatewayPort}"), ("BackEndPort", $"{backEndPort}"), ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{Ports.Free()}"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://127.0.0.1:{Ports.Free()}"));
        await host.Line("Distributed application started");

        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{backEndPort}") };
        // Both are still starting: the client tries until they are there.
        await using var bob = new Phone(new Uri($"http://localhost:{gatewayPort}"), "", "b1", async cancellation =>
            await http.GetStringAsync("/token?user=bob", cancellation));
        await bob.Client.StartAsync().WaitAsync(TimeSpan.FromMinutes(3));
        // The data outlive the processes: an id may be used once.
        var call = await bob.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["alice"] });
        await Events(http, "the call", list => list.Contains($"call.created {call.CallId}"));
    }

    /// <summary>Webhooks come behind the call.</summary>
    private static Task<List<string>> Events(HttpClient http, string what, Func<List<string>, bool> isThere) => Until.Seen(
        async () => (await http.GetFromJsonAsync<List<string>>("/events"))!, isThere, $"a back end that was told of {what}",
        TimeSpan.FromSeconds(60));

    /// <summary>One of the samples' programs.</summary>
    private static ChildProcess Sample(string name, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var program = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", $"OrleansCalls.Samples.{name}",
            new DirectoryInfo(AppContext.BaseDirectory).Name, $"OrleansCalls.Samples.{name}.dll"));
        return ChildProcess.Start(["dotnet", program, .. arguments], environment);
    }
}
