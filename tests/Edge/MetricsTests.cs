using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Edge;

/// <summary>What <c>/metrics</c> and the log say after a call, and what they do not.</summary>
public sealed partial class MetricsTests : IAsyncLifetime
{
    private static readonly string[] Secrets =
        [
            "Alice Smith", "Bob Jones", "v=0 secret", "token-of-the-phone", "metadata-of-the-app",
            "candidate-of-bob", "words-of-bob",
        ];

    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Metrics_AfterCalls_TellOfThem_InTextThatPrometheusReads()
    {
        await Calls();
        // The rest of the story comes beside the calls: each is written once more when nothing is left to do.
        await Until.Seen(
            () => Value("orleanscalls_storage_duration_seconds_count{storage=\"calls\",operation=\"write\",outcome=\"ok\"}"),
            writes => writes >= 7,
            "a last write of each call");
        var text = await _service.Http.GetStringAsync("/metrics");

        Assert.Equal(2, Value(text, "orleanscalls_calls_started_total"));
        Assert.Equal(1, Value(text, "orleanscalls_calls_ended_total{reason=\"completed\"}"));
        Assert.Equal(2, Value(text, "orleanscalls_invite_to_incoming_seconds_count"));
        Assert.Equal(1, Value(text, "orleanscalls_reject_to_rejected_seconds_count"));
        Assert.Equal(1, Value(text, "orleanscalls_accept_to_active_seconds_count"));
        Assert.Equal(0, Value(text, "orleanscalls_open_calls{state=\"ringing\"}"));
        Assert.Equal(0, Value(text, "orleanscalls_open_calls{state=\"active\"}"));
        Assert.Equal(1, Value(text, "orleanscalls_cluster_members{status=\"active\"}"));
        foreach (var queue in new[] { "connections", "resume", "outbox" })
            Assert.Equal(0, Value(text, $"orleanscalls_queue_length{{queue=\"{queue}\"}}"));
        Assert.True(
            Value(text, "orleanscalls_storage_duration_seconds_count{storage=\"calls\",operation=\"write\",outcome=\"ok\"}")
                >= 4);

        // What has not happened is a figure too: an alert sees the first of it.
        Assert.Equal(0, Value(text, "orleanscalls_calls_ended_total{reason=\"failed\"}"));
        Assert.Equal(0, Value(text, "orleanscalls_deadlines_late_total"));
        foreach (var storage in new[] { "calls", "users", "history", "open_calls" })
            Assert.Equal(0, Value(text, $"orleanscalls_storage_failures_total{{storage=\"{storage}\"}}"));
        Assert.Equal(0, Value(text, "orleanscalls_connection_overflows_total"));
        Assert.NotEqual(-1, Value(text, "orleanscalls_deliveries_total{outcome=\"not_connected\"}"));
        Assert.Contains($"service_version=\"{Gateway.GatewayApp.Version}\"", text, StringComparison.Ordinal);
        // The words of the refusal are nobody's to read.
        Assert.Equal(1, Value(text, "orleanscalls_calls_rejected_total{reason=\"other\"}"));
        foreach (var name in new[]
        {
            "target_info", "process_cpu_time_seconds_total", "process_memory_usage_bytes", "dotnet_gc_collections_total",
            "orleans_", "http_server_request_duration_seconds_count",
        })
            Assert.Contains($"\n{name}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secrets, secret => text.Contains(secret, StringComparison.Ordinal));

        var typed = new Dictionary<string, string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Type().Match(line) is { Success: true } type)
                Assert.True(typed.TryAdd(type.Groups[1].Value, type.Groups[2].Value), line);
            else if (line[0] != '#')
                Assert.Contains(
                    typed.Keys,
                    name => Sample().Match(line) is { Success: true } sample
                        && sample.Groups[1].Value.StartsWith(name, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Whoever spells the path otherwise reaches the same endpoint, and the Host header says what the client likes.
    /// </summary>
    [Fact]
    public async Task MetricsPort_IsTheOnlyOneThatHasThem_AtItsAddress_AndHasNothingElse()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var service = await Service.Start($"Metrics:Port={port}", "Metrics:Address=127.0.0.1");
        foreach (var path in new[] { "/metrics", "/metrics/", "/METRICS", "/%6detrics" })
        {
            var (status, text) = await Get(service, path, $"127.0.0.1:{port}");
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.DoesNotContain("orleanscalls_", text, StringComparison.Ordinal);
        }

        using var own = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Contains("orleanscalls_calls_started_total", await own.GetStringAsync("/metrics"), StringComparison.Ordinal);
        foreach (var path in new[] { "/", "/health/live", "/api/v1/config", "/hubs/calls" })
            Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync(path)).StatusCode);
        using var elsewhere = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => elsewhere.ConnectAsync(IPAddress.Parse("127.0.0.2"), port));
    }

    [Fact]
    public async Task OpenCalls_AreCounted_WhileTheyAreOpen()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "open", calleeIds = new[] { "bob" }, media = "audio" });
        Assert.Equal(1, await Value("orleanscalls_open_calls{state=\"ringing\"}"));
        await alice.Call("EndCall", new { callId = "open" });
        Assert.Equal(0, await Value("orleanscalls_open_calls{state=\"ringing\"}"));
    }

    [Fact]
    public async Task Log_OfCalls_OneLineForEachChange_AndNothingPersonal()
    {
        await Calls();
        await _service.Stop();

        Assert.All(
            _service.Log.Lines,
            line => Assert.DoesNotContain(Secrets, secret => line.Text.Contains(secret, StringComparison.Ordinal)));
        string[] taken =
        [
            .. _service.Log.Lines.Where(line => line.Text.Contains("taken", StringComparison.Ordinal))
                .Select(line => line.Event.Name!),
        ];
        Assert.Equal(
            ["CallStarted", "CallPhaseChanged", "CallEnded"],
            taken.Where(name => name.StartsWith("Call", StringComparison.Ordinal)));
        Assert.Equal(2, _service.Log.Of("CallStarted").Count());
    }

    private async Task Calls()
    {
        await using var alice = await HubClient.Connect(_service.Address, Service.Token("alice", "Alice Smith"), "a1");
        await using var bob = await HubClient.Connect(_service.Address, Service.Token("bob", "Bob Jones"), "b1");
        await bob.Call("SetPushToken", new { provider = "fcm", token = "token-of-the-phone" });
        foreach (var callId in new[] { "taken", "refused" })
        {
            await alice.Call("StartCall", new
            {
                callId,
                calleeIds = new[] { "bob" },
                media = "audio",
                offer = new { type = "offer", sdp = "v=0 secret" },
                metadata = new { key = "metadata-of-the-app" },
            });
            await bob.Hears("CallIncoming", callId);
            await bob.Call("AckRinging", new { callId });
            if (callId == "taken")
            {
                await bob.Call("AcceptCall", new { callId, answer = new { type = "answer", sdp = "v=0 secret" } });
                await bob.Call("SendSignal", new { callId, kind = "candidate", payload = "candidate-of-bob" });
                await alice.Hears("SignalReceived");
                await alice.Call("EndCall", new { callId, reason = "words-of-bob" });
            }
            else
            {
                await bob.Call("RejectCall", new { callId, reason = "words-of-bob" });
            }

            await alice.Hears("CallEnded", callId);
            await bob.Hears("CallEnded", callId);
        }
    }

    private static async Task<(HttpStatusCode, string)> Get(Service service, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var response = await service.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<double> Value(string series) => Value(await _service.Http.GetStringAsync("/metrics"), series);

    private static double Value(string text, string series) => text.Split('\n')
        .Where(line => Sorted(line.Split(' ')[0]) == Sorted(series))
        .Select(line => double.Parse(line.Split(' ')[1])).SingleOrDefault(-1);

    // In which order labels come says nothing.
    private static string Sorted(string series) =>
        string.Join(
            ',', series.Replace("{}", "", StringComparison.Ordinal).TrimEnd('}').Split('{', ',').Order(StringComparer.Ordinal));

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) (counter|gauge|histogram|untyped)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-z0-9_]+)(\{([a-zA-Z0-9_]+="[^"]*"(,[a-zA-Z0-9_]+="[^"]*")*)?\})? -?(NaN|[0-9.eE+-]+)$""")]
    private static partial Regex Sample();
}
