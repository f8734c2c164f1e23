using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// ASP.NET Core's spans are the whole process's, whichever service took the request: nothing else runs beside these tests.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "alone in the process";
}

/// <summary>What operators see of a call: one trace, metrics, and a collector that is away.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class TelemetryTests
{
    private static readonly string[] AtOnce =
    [
        "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=100", "OTEL_METRIC_EXPORT_INTERVAL=100",
        "Gateway:MessagesPerSecond=1000", "Gateway:MessageBurst=1000",
    ];

    [Fact]
    public async Task Call_IsOneTrace_FromTheHubToSocketsAndPushes()
    {
        await using var collector = await FakeCollector.Start();
        await using var service = await Service.Start([$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", .. AtOnce]);
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await service.Send(
            HttpMethod.Put, "/api/v1/devices/b2/push-token", Service.Token("bob"), new { provider = "fcm", token = "asleep" });
        await alice.Call(
            "StartCall",
            new
            {
                callId = "traced", calleeIds = new[] { "bob" }, media = "audio",
                offer = new { type = "offer", sdp = "v=0 secret" },
            });
        await bob.Hears("CallIncoming");
        await bob.Call("RejectCall", new { callId = "traced", reason = "busy at work" });
        await alice.Hears("CallEnded");

        var trace = await Whole(
            collector, "command.start_call",
            ["command.start_call", "call.start_call", "storage", "call.tell", "user.ring", "gateway.deliver", "push.ring"]);
        var delivery = trace.First(span => span.Name == "gateway.deliver" && span.Tags["event"] == "CallIncoming");
        Assert.Equal(("bob", "written"), (delivery.Tags["user.id"], delivery.Tags["outcome"]));
        foreach (var name in new[] { "user.ring", "call.tell", "call.start_call", "command.start_call" })
            Assert.Contains(name, Above(trace, delivery));
        Assert.Contains(
            "call.start_call", Above(trace, trace.First(span => span.Name == "storage" && span.Tags["operation"] == "write")));
        var push = trace.Single(span => span.Name == "push.ring");
        Assert.Contains("user.ring", Above(trace, push));
        Assert.Equal(("b2", "not_configured"), (push.Tags["device.id"], push.Tags["outcome"]));
        Assert.All(trace.Where(span => span.Tags.ContainsKey("call.id")), span => Assert.Equal("traced", span.Tags["call.id"]));

        // The next command of the same socket is a trace of its own, which leads to the other side.
        var reject = await Whole(
            collector, "command.reject_call", ["command.reject_call", "call.reject_call", "user.notify", "gateway.deliver"]);
        Assert.NotEqual(trace[0].TraceId, reject[0].TraceId);
        Assert.Contains(
            reject,
            span => span.Name == "gateway.deliver" && span.Tags["event"] == "CallRejected" && span.Tags["user.id"] == "alice");

        await alice.DisposeAsync();
        await Until.True(
            () => collector.Spans.Any(span => span.Name == "GET /hubs/calls"), "the span of a socket that has closed");
        await Until.True(
            () => collector.Text("/v1/metrics").Contains("orleanscalls.calls.ended", StringComparison.Ordinal),
            "a metric at the collector");
        var sent = collector.Text("/v1/traces") + collector.Text("/v1/metrics");
        // Reasons are counted by what was given; of a trace they are no part.
        Assert.DoesNotContain("busy at work", collector.Text("/v1/traces"), StringComparison.Ordinal);
        foreach (var secret in new[] { "ALICE", "BOB", "v=0 secret", "asleep", Service.Token("alice").Split('.')[1] })
            Assert.DoesNotContain(secret, sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problem_LogAndTrace_HaveOneId()
    {
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        await using var collector = await FakeCollector.Start();
        await using var service = await Service.Start([$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", .. AtOnce]);
        (string, string)[] from = [("traceparent", $"00-{traceId}-b7ad6b7169203331-01")];
        await service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("alice"),
            new { callId = "logged", calleeIds = new[] { "bob" }, media = "audio" }, from);
        var (_, problem) = await service.Send(
            HttpMethod.Post, "/api/v1/calls/logged/accept", Service.Token("mallory"), new { }, from);

        Assert.Equal(traceId, (string?)problem!["traceId"]);
        Assert.Equal(traceId, Assert.Single(service.Log.Of("CallStarted")).Scope["TraceId"]?.ToString());
        await Until.True(
            () => collector.Spans.Any(span => span.Name == "call.accept_call" && span.TraceId == traceId),
            "the span of the refusal");
    }

    [Theory]
    [InlineData("parentbased_always_on")]
    [InlineData("always_on")]
    public async Task Probes_AndWhatRunsByTheClock_BeginNoTraces(string sampler)
    {
        await using var collector = await FakeCollector.Start();
        await using var service = await Service.Start(
            [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", .. AtOnce, $"OTEL_TRACES_SAMPLER={sampler}"]);
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
            await service.Http.GetStringAsync(path);
        await service.Send(HttpMethod.Get, "/api/v1/config", Service.Token("alice"));
        await service.DisposeAsync();
        // The exporter has had its last word: what has not come will not come.
        Assert.Contains(collector.Spans, span => span is { Name: "GET /api/v1/config", ParentId: "" });
        Assert.All(collector.Spans.Where(span => span.ParentId == ""), span => Assert.Equal("GET /api/v1/config", span.Name));
    }

    [Fact]
    public async Task Collector_ThatIsAway_IsSaidOnce_AndSoIsItsReturn()
    {
        await using var collector = await FakeCollector.Start();
        collector.Refuses = true;
        await using var service = await Service.Start([$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", .. AtOnce]);
        await Until.True(() => collector.Refused >= 5, "a fifth try");
        await CallOnce(service);
        Assert.Contains(
            collector.Address.Port.ToString(), Assert.Single(service.Log.Of("CollectorFailing")).Text, StringComparison.Ordinal);
        Assert.Empty(service.Log.Of("CollectorWorks"));

        collector.Refuses = false;
        await Until.True(() => service.Log.Of("CollectorWorks").Any(), "a word of the collector's return");
        await Until.True(
            () => collector.Text("/v1/metrics").Contains("orleanscalls.calls.started", StringComparison.Ordinal),
            "a metric at the collector");
        Assert.Single(service.Log.Of("CollectorWorks"));
        Assert.Single(service.Log.Of("CollectorFailing"));
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Collector_WhereNobodyListens_CostsOneLine_AndNoCall(string protocol)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var service = await Service.Start(
            [$"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{port}", .. AtOnce, $"OTEL_EXPORTER_OTLP_PROTOCOL={protocol}"]);
        await Until.True(() => service.Log.Of("CollectorFailing").Any(), "a word of it");
        await CallOnce(service);
        await service.Stop();
        Assert.Single(service.Log.Of("CollectorFailing"));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1,5")]
    public async Task Setting_ThatIsWrong_IsNamed(string setting, string value)
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(
            () => Service.Start("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", $"{setting}={value}"));
        Assert.StartsWith(setting, wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever is wrong with an address, a password in it is nobody's to read.</summary>
    [Theory]
    [InlineData("htp://me:hush@collector:4317", "'...@collector:4317'")]
    [InlineData("me:hush@collector:4317/v1?key=hush", "'...@collector:4317/v1?...'")]
    [InlineData("https//collector?a@b=hush", "'https//collector?...'")]
    [InlineData("//hush@me:hush@collector#hush", "'...@collector?...'")]
    public async Task Endpoint_ThatIsWrong_IsShownWithoutItsSecrets(string address, string shown)
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => Service.Start($"OTEL_EXPORTER_OTLP_ENDPOINT={address}"));
        Assert.Contains(shown, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task CallOnce(Service service)
    {
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await alice.Call("StartCall", new { callId = "anyway", calleeIds = new[] { "bob" }, media = "audio" });
        await bob.Hears("CallIncoming");
        await bob.Call("AcceptCall", new { callId = "anyway" });
        await alice.Hears("CallAccepted");
        await alice.Call("EndCall", new { callId = "anyway" });
        await bob.Hears("CallEnded");
    }

    /// <summary>The trace with this span in it, once all of these have come.</summary>
    private static Task<List<Span>> Whole(FakeCollector collector, string name, string[] names) => Until.Found(
        () =>
        {
            var spans = collector.Spans.ToList();
            var start = spans.FirstOrDefault(span => span.Name == name && span.Tags.GetValueOrDefault("call.id") == "traced");
            var trace = spans.Where(span => span.TraceId == start?.TraceId).ToList();
            return names.All(each => trace.Any(span => span.Name == each)) ? trace : null;
        },
        $"a trace of {string.Join(", ", names)}");

    private static List<string> Above(List<Span> trace, Span span)
    {
        List<string> names = [];
        while (trace.Find(other => other.Id == span.ParentId) is { } parent)
        {
            names.Add(parent.Name);
            span = parent;
        }

        return names;
    }
}
