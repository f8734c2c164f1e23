using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Line breaks and controls in what people write to each other, and ids in what operators read: nothing of it begins a line of
/// the log, is a label of a metric or names a file.
/// </summary>
public sealed partial class TextTests : IDisposable
{
    private const string Forged = "warn: forged line of the log";
    private const string Sdp = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\na=x:\u0001\u001b[31m\u2028\u202e\r\n" + Forged + "\r\n";

    private readonly Place _place = Place.Of(owned: false);

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task NameReasonAndSdp_WithControls_ReachThePeer_AndForgeNothing()
    {
        await using var program = await Program.Start(_place, ("Logging__Console__LogLevel__Default", "Information"));
        var alice = Tokens.Sign(Tokens.With("alice", ("name", $"Alice\r\n{Forged}\u0000\u202e")));
        await using var caller = await Hub.Connect(program.Address, alice);
        await using var callee = await Hub.Connect(program.Address, Tokens.Of("bob"));
        var offer = new { type = "offer", sdp = Sdp };
        await caller.Invoke(
            "1", "StartCall", Text(new { callId = "controls", calleeIds = new[] { "bob" }, media = "audio", offer }));
        Assert.Null(await caller.Outcome("1"));
        var incoming = Argument(await callee.Until(message => (string?)message["target"] == "CallIncoming"));
        Assert.Equal(("Alice" + Forged, Sdp), ((string?)incoming["caller"]!["name"], (string?)incoming["offer"]!["sdp"]));

        const string reason = "bye\r\n" + Forged + "\u001b[2J";
        await callee.Invoke("2", "RejectCall", Text(new { callId = "controls", reason }));
        Assert.Null(await callee.Outcome("2"));
        var rejected = Argument(await caller.Until(message => (string?)message["target"] == "CallRejected"));
        Assert.Equal(reason, (string?)rejected["reason"]);
        await Until.True(() => program.Log.Any(line => line.Contains("controls", StringComparison.Ordinal)), "a line of the log");
        AssertLog(program);
    }

    [Fact]
    public async Task Ids_AreNoLabelsOfMetrics_AndNameNoFiles()
    {
        await using var program = await Program.Start(_place, ("Logging__Console__LogLevel__Default", "Information"));
        var before = Files();
        var phones = new Phones(program);
        string[] ids =
        [
            "../../../escaped", "..\\escaped", "C:\\escaped", "escaped\"} 1", "escaped{le=\"+Inf\"}",
            "$(touch escaped)", "escaped;x",
            "con.escaped", "{UserId}escaped",
        ];
        foreach (var (i, id) in ids.Index())
        {
            var start = Text(new { callId = $"labels-{i}", calleeIds = new[] { id }, media = "audio", conversationId = id });
            Assert.Equal(200, await phones.Post($"labels-{i}", "/api/v1/calls", start));
            Assert.Equal(200, await phones.Post(id, $"/api/v1/calls/labels-{i}/reject", Text(new { reason = id })));
            var token = Text(new { provider = "fcm", token = "escaped" });
            Assert.Equal(204, (await phones.Send(id, HttpMethod.Put, "/api/v1/devices/d/push-token", token)).Status);
            Assert.Equal(200, (await phones.Send(id, HttpMethod.Get, $"/api/v1/users/labels-{i}/presence", null)).Status);
        }

        var metrics = await program.Http.GetStringAsync("metrics");
        Assert.DoesNotContain("escaped", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("labels-", metrics, StringComparison.Ordinal);
        Assert.All(metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(MetricLine(), line));
        Assert.Equal(before, Files());
        Assert.False(File.Exists(Path.Combine(_place.Folder, "..", "escaped")));
        AssertLog(program);
    }

    // Every line is one that a logger began, at a time.
    private static void AssertLog(Program program) => Assert.All(program.Log, line => Assert.Matches(LogLine(), line));

    private static string Text(object value) => JsonSerializer.Serialize(value);

    private static JsonNode Argument(JsonNode message) => message["arguments"]![0]!;

    private string[] Files() =>
        [.. Directory.EnumerateFiles(_place.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [GeneratedRegex(
        @"^(# (HELP|TYPE|EOF|UNIT).*|[a-z_][a-z0-9_]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""[^""\\]*"",?)*\})? [-+0-9.eEInfNa]+( \d+)?)$")]
    private static partial Regex MetricLine();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.* (trce|dbug|info|warn|fail|crit): ")]
    private static partial Regex LogLine();
}
