using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Threading.Channels;
using OrleansCalls.Tests.Edge;

namespace OrleansCalls.Client.Tests;

/// <summary>The samples as processes, together with a gateway.</summary>
public sealed class SampleTests
{
    private const string WebhookSecret = "a secret for webhooks, 32 bytes and more";

    [Fact]
    public async Task TwoConsolePhones_AndTheBackEnd_PlayACall()
    {
        var port = ConnectionTests.FreePort();
        var address = $"http://127.0.0.1:{port}";
        await using var service = await Service.Start($"Webhooks:Url={address}/webhooks/calls", $"Webhooks:Secret={WebhookSecret}");
        await using var backEnd = new Sample(
            "BackEnd", ["--urls", address],
            ("Calls__Address", service.Address.ToString()), ("Calls__SigningKey", Service.SigningKey), ("Calls__WebhookSecret", WebhookSecret));
        await backEnd.Says("Now listening");
        await using var alice = new Sample("Phone", [address, service.Address.ToString(), "alice"]);
        await using var bob = new Sample("Phone", [address, service.Address.ToString(), "bob"]);
        await alice.Says("Connected");
        await bob.Says("Connected");

        await alice.Type("call bob");
        await bob.Says("Rings: alice");
        await alice.Says("bob: Ringing");
        await bob.Type("accept");
        await alice.Says("Accepted: bob");
        await bob.Type("end");
        await alice.Says("Ended: Completed");
        await bob.Says("Ended: Completed");
        await bob.Type("accept");
        await bob.Says("Ended: ");

        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var events = await Until(http, list => list.Exists(line => line.StartsWith("call.ended", StringComparison.Ordinal)));
        Assert.Equal(
            ["call.created", "call.ringing", "call.accepted", "call.active", "call.ended"], events.Select(line => line.Split(' ')[0]).Distinct());
        Assert.Equal(400, (int)(await http.PostAsJsonAsync("/webhooks/calls", new { id = "x" })).StatusCode);

        using (var ring = await http.PostAsync("/ring?from=carl&to=bob", null))
            Assert.True(ring.IsSuccessStatusCode);
        await bob.Says("Rings: carl");
        await bob.Type("reject");
        await bob.Says("Ended: Rejected");
        await alice.Type("quit");
        Assert.Equal(0, await alice.Exit());
    }

    [Fact]
    public async Task AppHost_StartsAGatewayAndABackEnd_ThatKnowEachOther()
    {
        var (gatewayPort, backEndPort) = (ConnectionTests.FreePort(), ConnectionTests.FreePort());
        await using var host = new Sample(
            "AppHost", [],
            ("GatewayPort", $"{gatewayPort}"), ("BackEndPort", $"{backEndPort}"), ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{ConnectionTests.FreePort()}"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://127.0.0.1:{ConnectionTests.FreePort()}"));
        await host.Says("Distributed application started");

        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{backEndPort}") };
        // Both are still starting: the client tries until they are there.
        await using var bob = new Phone(new Uri($"http://localhost:{gatewayPort}"), "", "b1", async cancellation =>
            await http.GetStringAsync("/token?user=bob", cancellation));
        await bob.Client.StartAsync().WaitAsync(TimeSpan.FromMinutes(3));
        // The data outlive the processes: an id may be used once.
        var call = await bob.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["alice"] });
        await Until(http, list => list.Contains($"call.created {call.CallId}"));
    }

    /// <summary>Webhooks come behind the call.</summary>
    private static async Task<List<string>> Until(HttpClient http, Predicate<List<string>> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var events = (await http.GetFromJsonAsync<List<string>>("/events", patience.Token))!;
            if (isThere(events))
                return events;
        }
    }

    /// <summary>One of the samples' programs.</summary>
    private sealed class Sample : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly Process _process;
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private readonly ConcurrentQueue<string> _said = new();

        public Sample(string name, string[] arguments, params (string Name, string Value)[] environment)
        {
            var program = Path.GetFullPath(Path.Combine(
                AppContext.BaseDirectory, "..", "..", $"OrleansCalls.Samples.{name}",
                new DirectoryInfo(AppContext.BaseDirectory).Name, $"OrleansCalls.Samples.{name}.dll"));
            var start = new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            foreach (var (key, value) in environment)
                start.Environment[key] = value;
            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, line) => Take(line.Data);
            _process.ErrorDataReceived += (_, line) => Take(line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public async Task Says(string text)
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                while (!(await _lines.Reader.ReadAsync(patience.Token)).Contains(text, StringComparison.Ordinal))
                {
                }
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Never said '{text}', only:\n{string.Join('\n', _said)}");
            }
        }

        public async Task Type(string line)
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }

        public async Task<int> Exit()
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
            return _process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        private void Take(string? line)
        {
            if (line is null)
                return;
            _said.Enqueue(line);
            _lines.Writer.TryWrite(line);
        }
    }
}
