namespace OrleansCalls.Tests.Dialects;

/// <summary>Who may speak for whom, and what a client may send or open without harm to others.</summary>
public sealed class TrustTests : IAsyncLifetime
{
    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public Task DisposeAsync() => _service.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/calls/{0}/reject")]
    [InlineData("/api/calls/{0}/reject")]
    public async Task BackEnd_RejectsForItsUser_AtEitherAddress(string address)
    {
        await using var caller = await _service.Connect("caller", "c1");
        await caller.Call("StartCall", new { callId = "acted", calleeIds = new[] { "callee" }, media = "audio" });
        var (status, _) = await _service.Send(
            HttpMethod.Post, string.Format(null, address, "acted"), Service.Token("laravel", null, "service"),
            new { reason = "not now" }, ("X-Act-As", "callee"));
        Assert.Equal(200, status);
        Assert.Equal("not now", (string?)(await caller.Hears("CallRejected"))["reason"]);
    }

    [Theory]
    [InlineData("/api/calls/{0}/reject")]
    [InlineData("/calls/{0}/reject")]
    public async Task NobodyElse_ActsForAUser(string address)
    {
        await using var caller = await _service.Connect("caller", "c1");
        await caller.Call("StartCall", new { callId = "kept", calleeIds = new[] { "callee" }, media = "audio" });
        var (status, _) = await _service.Send(
            HttpMethod.Post, string.Format(null, address, "kept"), Service.Token("mallory"), new { }, ("X-Act-As", "callee"));
        Assert.Equal(403, status);
        Assert.Equal("ringing", (string?)(await caller.Call("GetCall", new { callId = "kept" }))!["state"]);
    }

    [Theory]
    [InlineData("/calls/initiate/", """{"receiver_id":"\ud800","call_type":"voice","conversation_id":"c"}""")]
    [InlineData("/api/call-response", """{"server_call_id":"c","extension":"\ud800","action":"accept"}""")]
    [InlineData("/api/calls/c/reject", """{"reason":"\ud800"}""")]
    [InlineData("/calls/c/reject", """{"reason":"\ud800"}""")]
    public async Task HalfACharacter_IsTheClientsFault(string address, string body)
    {
        var (status, _) = await _service.Send(HttpMethod.Post, address, Service.Token("alice"), body);
        Assert.InRange(status, 400, 404);
    }

    [Fact]
    public async Task HalfACharacter_OverAPlainSocket_DisturbsNobody()
    {
        await using var alice = await Socket("alice");
        await alice.SendText("""{"type":"call.end","call_id":"\ud800"}""");
        await alice.SendText("""{"type":"call.ice_candidate","call_id":"c","candidate":{"candidate":"\ud800"}}""");
        await alice.Send(new { type = "call.end", call_id = "no-such-call" });
        // Each is refused, and the socket goes on.
        await alice.HearsNext();
        await alice.HearsNext();
        await alice.HearsNext();
    }

    [Fact]
    public async Task SeventeenthSocketOfADevice_TakesThePlaceOfTheOldest()
    {
        var sockets = new List<PlainClient>();
        for (var i = 0; i < 17; i++)
            sockets.Add(await Socket("many"));
        var (code, _) = await sockets[0].Closed;
        Assert.Equal(1013, code);
        foreach (var socket in sockets)
            await socket.DisposeAsync();
    }

    private async Task<PlainClient> Socket(string userId)
    {
        var socket = await PlainClient.Connect(
            _service.Address, $"/ws/notifications/?token={Service.Token(userId)}", "Browser/1");
        await socket.Hears("connection.ack");
        return socket;
    }
}
