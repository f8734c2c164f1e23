using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansCalls.Calls;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// The bug of document 002: a reject over REST told nobody. Here REST and socket are one command, the caller hears of it at once,
/// and every order of the two leaves one outcome.
/// </summary>
public sealed class RejectionTests(ITestOutputHelper output)
    : SocketIoTestBase("Gateway:MessagesPerSecond=1000", "Gateway:MessageBurst=1000")
{
    private const int Rounds = 60;

    protected override string? Dialect => "002";

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("/calls/CALL_1/reject", """{"reason":"Not now"}""", "Not now")]
    [InlineData("/api/calls/CALL_1/reject", """{"reason":"Not now"}""", "Not now")]
    [InlineData("/calls/1/reject", "{}", "User declined")]
    [InlineData("/api/calls/1/reject", null, "User declined")]
    public async Task OverRest_TheCallerIsTold(string path, string? body, string reason)
    {
        var (a, b) = await Ringing("CALL_1");
        var (status, answer) = await Post(path, "b", body);
        Assert.Equal((200, true, "Call rejected"), (status, (bool)answer!["success"]!, (string?)answer["message"]));
        var rejected = await a.Hears("call:rejected");
        Assert.Equal(
            ("callId reason timestamp", "CALL_1", reason),
            (SocketIoClient.Fields(rejected), (string?)rejected["callId"], (string?)rejected["reason"]));
        // The app may decline over REST only: its socket stops ringing.
        await b.Hears("call:cancelled", "CALL_1");
        Assert.Empty(await a.Rest());
        Assert.Empty(await b.Rest());
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("rest, socket")]
    [InlineData("socket, rest")]
    [InlineData("both at once")]
    [InlineData("rest twice")]
    [InlineData("socket twice")]
    public async Task EveryOrderOfTheTwo_LeavesOneOutcome(string order)
    {
        var (a, b) = await Ringing("CALL_1");
        Task Socket() => b.Ask("call:reject", new { callId = "CALL_1", reason = "no" });
        async Task Rest()
        {
            var (status, answer) = await Post("/calls/CALL_1/reject", "b", """{"reason":"no"}""");
            Assert.Equal((200, """{"success":true,"message":"Call rejected"}"""), (status, answer!.ToJsonString()));
        }

        switch (order)
        {
            case "rest, socket":
                await Rest();
                await Socket();
                break;
            case "socket, rest":
                await Socket();
                await Rest();
                break;
            case "both at once":
                await Task.WhenAll(Socket(), Rest());
                break;
            case "rest twice":
                await Rest();
                await Rest();
                break;
            default:
                await Socket();
                await Socket();
                break;
        }

        Assert.Equal("no", (string?)(await a.Hears("call:rejected", "CALL_1"))["reason"]);
        Assert.Empty(await a.Rest());
        Assert.DoesNotContain(await b.Rest(), name => name is not ("call:reject:confirmed" or "call:cancelled"));
        var (_, call) = await Service.Send(HttpMethod.Get, "/api/v1/calls/CALL_1", Service.Token("a"));
        Assert.Equal(("ended", "rejected"), ((string?)call!["state"], (string?)call["endReason"]));
        var (_, metrics) = await Metric("calls_rejected_total");
        Assert.Contains("reason=\"other\"} 1", metrics, StringComparison.Ordinal);
    }

    [Need(Need.SocketIoClient)]
    public async Task RestRejectAfterAnAccept_ChangesNothing()
    {
        var (a, b) = await Ringing("CALL_1");
        await b.Ask("call:accept", new { callId = "CALL_1" });
        await a.Hears("call:accepted");
        Assert.Equal(200, (await Post("/calls/CALL_1/reject", "b", null)).Status);
        Assert.Empty(await a.Rest());
        Assert.Null(await a.Ask("call:end", new { callId = "CALL_1" }));
        Assert.Equal("completed", (string?)(await b.Hears("call:ended"))["reason"]);
    }

    [Need(Need.SocketIoClient)]
    public async Task RestAnswers_AreThoseOfTheDocument()
    {
        var (_, _) = await Ringing("CALL_1");
        foreach (var path in new[] { "/calls", "/api/calls" })
        {
            Assert.Equal((404, Error("NOT_FOUND", "Call not found")), await Refused($"{path}/CALL_9/reject", "b"));
            Assert.Equal(
                (403, Error("FORBIDDEN", "You are not authorized to reject this call")),
                await Refused($"{path}/CALL_1/reject", "stranger"));
            Assert.Equal(403, (await Post($"{path}/CALL_1/reject", "a", null)).Status);
            Assert.Equal(401, (await Service.Send(HttpMethod.Post, $"{path}/CALL_1/reject", token: null)).Status);
        }
    }

    [Fact]
    public void Reasons_AreCountedApart_UnlessTheyAreSomebodysOwnWords()
    {
        Assert.Equal("user_declined", RejectReasons.Name(" User declined "));
        Assert.Equal("busy", RejectReasons.Name("BUSY"));
        Assert.Equal("none", RejectReasons.Name(" "));
        Assert.Equal("other", RejectReasons.Name("i am in hospital"));
    }

    [Need(Need.SocketIoClient)]
    public async Task FromRejectToRejected_IsQuick()
    {
        var a = await Connect("a");
        var b = await Connect("b");
        var (socket, rest) = (new List<double>(), new List<double>());
        for (var i = 0; i < 2 * Rounds; i++)
        {
            var (overRest, callId) = (i % 2 == 1, $"CALL_{i}");
            Assert.Null(await a.Ask("call:initiate", new { receiverId = "b", callId, callType = "VIDEO" }));
            await b.Hears("call:incoming", callId);
            var start = Stopwatch.GetTimestamp();
            var rejecting = overRest ? Post($"/calls/{callId}/reject", "b", null) : b.Emit("call:reject", new { callId });
            await a.Hears("call:rejected", callId);
            (overRest ? rest : socket).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await rejecting;
        }

        await Report("002 call:reject -> call:rejected", socket);
        await Report("002 POST reject -> call:rejected", rest);
    }

    private static string Error(string code, string message) =>
        $$$"""{"success":false,"error":{"code":"{{{code}}}","message":"{{{message}}}"}}""";

    private async Task Report(string what, List<double> times)
    {
        // The first are the runtime's warm-up.
        var sorted = times.Skip(Rounds / 3).Order().ToList();
        var figures = $"{what}: p50 {sorted[sorted.Count / 2]:0.0} ms, max {sorted[^1]:0.0} ms (real socket.io-client)";
        output.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_FIGURES") is { Length: > 0 } file)
            await File.AppendAllTextAsync(file, figures + Environment.NewLine);
    }

    private Task<(int Status, JsonNode? Body)> Post(string path, string userId, string? body) =>
        Service.Send(HttpMethod.Post, path, Service.Token(userId), body);

    private async Task<(int Status, string Body)> Refused(string path, string userId)
    {
        var (status, body) = await Post(path, userId, null);
        return (status, body!.ToJsonString());
    }

    private async Task<(int Status, string Lines)> Metric(string name)
    {
        using var response = await Service.Http.GetAsync("/metrics");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n')
            .Where(line => line.Contains(name, StringComparison.Ordinal));
        return ((int)response.StatusCode, string.Join('\n', lines));
    }

    private async Task<(SocketIoClient A, SocketIoClient B)> Ringing(string callId)
    {
        var a = await Connect("a");
        var b = await Connect("b");
        Assert.Null(await a.Ask(
            "call:initiate", new { receiverId = "b", callId, callType = "VIDEO", channelName = "c", agoraToken = "t" }));
        await b.Hears("call:incoming", callId);
        return (a, b);
    }
}
