using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>Document 002: its two scenarios and its table of events, field by field, with the real socket.io-client.</summary>
public sealed class AgoraTests : SocketIoTestBase
{
    private const string CallId = "CALL_17637599232099";

    protected override string? Dialect => "002";

    /// <summary>Test scenario 1: call rejection.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Scenario1_Rejection_ReachesTheCaller()
    {
        var a = await Connect("USR_123");
        var b = await Connect("USR_456");
        Assert.Null(await a.Ask("call:initiate", Initiate("USR_456")));
        var incoming = await b.Hears("call:incoming");
        Assert.Equal("callId callerId callerName callType channelName agoraToken timestamp", SocketIoClient.Fields(incoming));
        Assert.Equal(
            (CallId, "USR_123", "USR_123", "VIDEO", "call_17637599232099", "secret"),
            (Text(incoming, "callId"), Text(incoming, "callerId"), Text(incoming, "callerName"), Text(incoming, "callType"),
                Text(incoming, "channelName"), Text(incoming, "agoraToken")));
        AssertNow(incoming);

        Assert.Null(await b.Ask("call:reject", new { callId = CallId, reason = "In a meeting" }));
        var rejected = await a.Hears("call:rejected");
        Assert.Equal("callId reason timestamp", SocketIoClient.Fields(rejected));
        Assert.Equal((CallId, "In a meeting"), (Text(rejected, "callId"), Text(rejected, "reason")));
        AssertNow(rejected);
        Assert.Equal($$"""{"callId":"{{CallId}}"}""", (await b.Hears("call:reject:confirmed")).ToJsonString());
        Assert.Empty(await a.Rest());
        Assert.Empty(await b.Rest());
    }

    /// <summary>Test scenario 2: call timeout, in ten seconds where the document waits for thirty.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Scenario2_Timeout_IsToldToBoth()
    {
        var (a, b) = await Ringing(ringSeconds: 10);
        Assert.Equal($$"""{"callId":"{{CallId}}","reason":"no_answer"}""", (await a.Hears("call:timeout")).ToJsonString());
        Assert.Equal($$"""{"callId":"{{CallId}}","reason":"no_answer"}""", (await b.Hears("call:cancelled")).ToJsonString());
        Assert.Empty(await a.Rest());
        Assert.Empty(await b.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task Ring_LastsThirtySeconds_AndARejectionWithoutAReasonHasTheUsualOne()
    {
        var (a, b) = await Ringing();
        var (_, call) = await Service.Send(HttpMethod.Get, $"/api/v1/calls/{CallId}", Service.Token("USR_123"));
        Assert.Equal(TimeSpan.FromSeconds(30), (DateTimeOffset)call!["ringUntil"]! - (DateTimeOffset)call["createdAt"]!);
        await b.Emit("call:reject", new { callId = CallId });
        Assert.Equal("User declined", Text(await a.Hears("call:rejected"), "reason"));
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AcceptedAndEnded_IsToldWithTheFieldsOfTheTable(bool byCaller)
    {
        var (a, b) = await Ringing();
        Assert.Null(await b.Ask("call:accept", new { callId = CallId }));
        var accepted = await a.Hears("call:accepted");
        Assert.Equal("callId timestamp", SocketIoClient.Fields(accepted));
        AssertNow(accepted);

        Assert.Null(await (byCaller ? a : b).Ask("call:end", new { callId = CallId }));
        foreach (var client in new[] { a, b })
        {
            var ended = await client.Hears("call:ended");
            Assert.Equal("callId endedBy reason timestamp", SocketIoClient.Fields(ended));
            Assert.Equal(
                (CallId, byCaller ? "USR_123" : "USR_456", "completed"),
                (Text(ended, "callId"), Text(ended, "endedBy"), Text(ended, "reason")));
            AssertNow(ended);
            Assert.Empty(await client.Rest());
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task CallerWhoGivesUp_CancelsTheRinging()
    {
        var (a, b) = await Ringing();
        await a.Emit("call:end", new { callId = CallId });
        Assert.Equal($$"""{"callId":"{{CallId}}","reason":"cancelled"}""", (await b.Hears("call:cancelled")).ToJsonString());
        Assert.Equal("cancelled", Text(await a.Hears("call:ended"), "reason"));
    }

    [Need(Need.SocketIoClient)]
    public async Task ReceiverInACall_IsBusy()
    {
        var (a, b) = await Ringing();
        await b.Emit("call:accept", new { callId = CallId });
        await a.Hears("call:accepted");
        var c = await Connect("USR_789");
        Assert.Null(await c.Ask("call:initiate", Initiate("USR_456", "CALL_2")));
        Assert.Equal("""{"callId":"CALL_2"}""", (await c.Hears("call:busy")).ToJsonString());
        Assert.Empty(await c.Rest());
        Assert.Empty(await b.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task OtherPhoneOfTheReceiver_StopsRinging_WhenOneAnswersOrDeclines()
    {
        var (a, b) = await Ringing();
        var other = await Connect("USR_456", "tablet");
        await other.Hears("call:incoming", CallId);
        await b.Emit("call:accept", new { callId = CallId });
        Assert.Equal("answered_elsewhere", Text(await other.Hears("call:cancelled", CallId), "reason"));
        await a.Emit("call:end", new { callId = CallId });
        await b.Hears("call:ended", CallId);

        Assert.Null(await a.Ask("call:initiate", Initiate("USR_456", "CALL_2")));
        await other.Hears("call:incoming", "CALL_2");
        await b.Hears("call:incoming", "CALL_2");
        await b.Emit("call:reject", new { callId = "CALL_2" });
        Assert.Equal("rejected_elsewhere", Text(await other.Hears("call:cancelled", "CALL_2"), "reason"));
    }

    /// <summary>
    /// Told of those whom one has called or was called by, now or before; the old server told everybody of everybody.
    /// </summary>
    [Need(Need.SocketIoClient)]
    public async Task ComingAndGoing_IsToldToThoseWhoHaveTalked_AndToNobodyElse()
    {
        var (a, b) = await Ringing();
        var stranger = await Connect("USR_789");
        await b.Emit("call:reject", new { callId = CallId });
        await a.Hears("call:rejected");
        await b.DisposeAsync();
        await HearsOfB(a, "user:offline");

        // A client that comes back knows whom it has talked to before.
        await a.DisposeAsync();
        await HasPast();
        var again = await Connect("USR_123");
        await HearsOfB(again, "user:online");
        Assert.DoesNotContain(await stranger.Rest(), name => name.StartsWith("user:", StringComparison.Ordinal));
    }

    /// <summary>It has said nothing, not even what it speaks.</summary>
    [Need(Need.SocketIoClient)]
    public async Task ComingAndGoing_IsToldToAClientThatOnlyListens()
    {
        var (a, b) = await Ringing();
        await b.Emit("call:reject", new { callId = CallId });
        await a.Hears("call:rejected");
        await b.DisposeAsync();
        await a.DisposeAsync();
        await HasPast();
        var listener = Keep(await SocketIoClient.Open(
            Service, new { auth = new { token = Support.Service.Token("USR_123") }, transports = new[] { "websocket" } }));
        await listener.Raw.Connected();
        await HearsOfB(listener, "user:online");
    }

    // History is written beside the end of a call, and read when a client comes.
    private async Task HasPast() => await Until.Found(
        async () =>
        {
            var (_, history) = await Service.Send(HttpMethod.Get, "/api/v1/calls?state=all", Service.Token("USR_123"));
            return history!["items"]!.AsArray().FirstOrDefault();
        },
        "a call in history");

    // Whom a client watches is found out beside everything else, so b comes and goes until that is done.
    private async Task HearsOfB(SocketIoClient watcher, string name)
    {
        var hearing = watcher.Hears(name);
        while (!hearing.IsCompleted)
        {
            var b = await Connect("USR_456", "other");
            await b.Rest();
            await b.DisposeAsync();
        }

        var heard = await hearing;
        Assert.Equal(("userId timestamp", "USR_456"), (SocketIoClient.Fields(heard), Text(heard, "userId")));
        AssertNow(heard);
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("call:initiate", """{"receiverId":"USR_456","callType":"VIDEO"}""", "invalid_argument")]
    [InlineData("call:initiate", """{"callId":"c","callType":"VIDEO"}""", "invalid_argument")]
    [InlineData("call:initiate", """{"callId":"c","receiverId":"USR_456","callType":"SMELL"}""", "invalid_argument")]
    [InlineData("call:initiate", """{"callId":"c","receiverId":{"id":1},"callType":"VIDEO"}""", "invalid_argument")]
    [InlineData(
        "call:initiate", """{"callId":"c","receiverId":"USR_456","callType":"VIDEO","agoraToken":["t"]}""", "invalid_argument")]
    [InlineData("call:accept", """{"callId":"none"}""", "not_found")]
    [InlineData("call:reject", """{"callId":"none"}""", "not_found")]
    [InlineData("call:end", """{"channelId":"ch1"}""", "invalid_argument")]
    [InlineData("call:end", "[]", "invalid_argument")]
    [InlineData("call:end", "\"CALL_1\"", "invalid_argument")]
    [InlineData("call:explode", """{"callId":"c"}""", "invalid_argument")]
    public async Task EventThatIsWrong_IsAnsweredInItsOwnWords(string name, string payload, string code)
    {
        var a = await Connect("USR_123");
        Assert.Equal(code, await a.Ask(name, JsonNode.Parse(payload)));
        var error = await a.Hears("call:error");
        Assert.Equal(("callId code message", code), (SocketIoClient.Fields(error), Text(error, "code")));
    }

    [Need(Need.SocketIoClient)]
    public async Task ReceiverWhoComesTooLate_IsToldToStop()
    {
        var (a, b) = await Ringing();
        await a.Emit("call:end", new { callId = CallId });
        await b.Hears("call:cancelled", CallId);
        Assert.Equal("ended", await b.Ask("call:accept", new { callId = CallId }));
        Assert.Equal("ended", Text(await b.Hears("call:cancelled", CallId), "reason"));
        Assert.Null(await a.Ask("call:initiate", Initiate("USR_456")));
        Assert.Equal("cancelled", Text(await a.Hears("call:ended", CallId), "reason"));
    }

    private static string? Text(JsonNode payload, string field) => (string?)payload[field];

    private static object Initiate(string receiverId, string callId = CallId, int? ringSeconds = null) => new
    {
        receiverId, callId, callType = "VIDEO", channelName = "call_17637599232099", agoraToken = "secret", ringSeconds,
    };

    private static void AssertNow(JsonNode payload) =>
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - (long)payload["timestamp"]!, -1_000, 60_000);

    private async Task<(SocketIoClient A, SocketIoClient B)> Ringing(int? ringSeconds = null)
    {
        var a = await Connect("USR_123");
        var b = await Connect("USR_456");
        Assert.Null(await a.Ask("call:initiate", Initiate("USR_456", ringSeconds: ringSeconds)));
        await b.Hears("call:incoming", CallId);
        return (a, b);
    }
}
