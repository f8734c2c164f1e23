using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Telephone;

/// <summary>Document 004's REST without any telephone: who may say what, and what is answered to nonsense.</summary>
public sealed class CallResponseTests : IAsyncLifetime
{
    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start("Bridge:Extensions=101=bob, 102 = @carl:home");

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Accept_Decline_Hangup_OfACallThatIsNobodysTelephone()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await Start(alice, "c1");
        var (status, body) = await Act(
            "bob", new { server_call_id = "c1", extension = 101, action = "accept_ready", timestamp = "now" });
        Assert.Equal((200, true, "active"), (status, (bool?)body!["success"], (string?)body["call"]!["state"]));
        Assert.Equal("bob", (string?)(await alice.Hears("CallAccepted"))["userId"]);
        // The same again is the same answer.
        Assert.Equal(200, (await Act("bob", new { server_call_id = "c1", extension = "101", action = "accept" })).Status);
        Assert.Equal(200, (await Act("bob", new { server_call_id = "c1", extension = "101", action = "hangup" })).Status);
        Assert.Equal("completed", (string?)(await alice.Hears("CallEnded"))["reason"]);

        await Start(alice, "c2");
        Assert.Equal(200, (await Act("bob", new { server_call_id = "c2", extension = "101", action = "decline" })).Status);
        Assert.Equal("rejected", (string?)(await alice.Hears("CallEnded"))["reason"]);
        (status, body) = await Act("bob", new { server_call_id = "c2", extension = "101", action = "accept" });
        Assert.Equal(
            (410, false, "ended", "rejected"),
            (status, (bool?)body!["success"], (string?)body["code"], (string?)body["call"]!["endReason"]));
    }

    [Fact]
    public async Task TakenOnAnotherDevice_IsAConflict_WithTheCall()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var bob = await _service.Connect("bob", "b1");
        await Start(alice, "c3");
        await bob.Call("AcceptCall", new { callId = "c3" });
        var (status, body) = await Act("bob", new { server_call_id = "c3", extension = "101", action = "accept_ready" });
        Assert.Equal((409, "conflict", "active"), (status, (string?)body!["code"], (string?)body["call"]!["state"]));
    }

    [Theory]
    [InlineData("""{"server_call_id":"none","extension":"101","action":"accept"}""", 404)]
    [InlineData("""{"server_call_id":"none","extension":"101","action":"hangup"}""", 404)]
    [InlineData("""{"server_call_id":"none","extension":"101","action":"answer"}""", 400)]
    [InlineData("""{"server_call_id":"none","extension":"101","action":"AcceptReady"}""", 400)]
    [InlineData("""{"server_call_id":"none","extension":"101","action":1}""", 400)]
    [InlineData("""{"server_call_id":"none","extension":"101"}""", 400)]
    [InlineData("""{"server_call_id":"none","action":"accept"}""", 400)]
    [InlineData("""{"extension":"101","action":"accept"}""", 400)]
    [InlineData("""{"server_call_id":"a b/c","extension":"101","action":"accept"}""", 400)]
    [InlineData("""{"server_call_id":"","extension":"101","action":"accept"}""", 400)]
    [InlineData("""{"server_call_id":["x"],"extension":"101","action":"accept"}""", 400)]
    [InlineData("""{"server_call_id":"none","extension":{"a":1},"action":"accept"}""", 400)]
    [InlineData("""["accept"]""", 400)]
    [InlineData("null", 400)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("""{"server_call_id":"none","extension":"bob","action":"accept"}""", 404)]
    [InlineData("""{"server_call_id":"none","extension":"102","action":"accept"}""", 403)]
    [InlineData("""{"server_call_id":"none","extension":"100","action":"accept"}""", 403)]
    public async Task Nonsense_IsAnsweredInTheDialectsShape(string body, int status)
    {
        var (answered, answer) = await Act("bob", body);
        Assert.Equal((status, false), (answered, (bool?)answer!["success"]));
        Assert.NotEmpty((string?)answer["error"] ?? "");
        Assert.NotNull(answer["code"]);
    }

    [Fact]
    public async Task TooLarge_AndWithoutAToken_AndForOthers()
    {
        var large = new { server_call_id = new string('x', 300_000), extension = "101", action = "accept" };
        Assert.Equal(413, (await Act("bob", large)).Status);
        var long65 = new { server_call_id = new string('x', 65), extension = "101", action = "accept" };
        Assert.Equal(400, (await Act("bob", long65)).Status);
        Assert.Equal(401, (await _service.Send(HttpMethod.Post, "/api/call-response", null, long65)).Status);

        await using var alice = await _service.Connect("alice", "a1");
        await Start(alice, "c4");
        var accept = new { server_call_id = "c4", extension = "101", action = "accept" };
        Assert.Equal(403, (await Act("alice", accept)).Status);
        Assert.Equal(403, (await Act("eve", new { server_call_id = "c4", extension = "eve", action = "accept" })).Status);
        var service = Service.Token("backend", null, "service");
        Assert.Equal(403, (await _service.Send(HttpMethod.Post, "/api/call-response", service, accept)).Status);
        Assert.Equal(
            200, (await _service.Send(HttpMethod.Post, "/api/call-response", service, accept, ("X-Act-As", "bob"))).Status);
        Assert.Equal(403, (await _service.Send(HttpMethod.Get, "/api/call-metrics", service)).Status);
    }

    private static Task<JsonNode?> Start(HubClient caller, string callId) =>
        caller.Call("StartCall", new { callId, calleeIds = new[] { "bob" }, media = "audio" });

    private Task<(int Status, JsonNode? Body)> Act(string userId, object body) =>
        _service.Send(HttpMethod.Post, "/api/call-response", Service.Token(userId), body);
}
