namespace OrleansCalls.Tests.Dialects;

/// <summary>Document 003 over Socket.IO: <c>register-user</c>, then <c>incoming-call</c> and what follows.</summary>
public sealed class RoomSocketIoTests() : SocketIoTestBase(
    "Rooms:0:Id=!room:localhost", "Rooms:0:Members=@caller:localhost,@testuser:localhost")
{
    private const string Caller = "@caller:localhost";
    private const string User = "@testuser:localhost";

    [NeedTheory(Need.SocketIoClient)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RegisteredUser_IsToldOfTheCall_WithTheFieldsOfTheDocument(bool bareId)
    {
        var user = await Connect(User);
        Assert.Null(bareId ? await user.Ask("register-user", User) : await user.Ask("register-user", new { userId = User }));
        Assert.Equal($$"""{"userId":"{{User}}"}""", (await user.Hears("registered")).ToJsonString());
        var call = await Initiate();
        var incoming = await user.Hears("incoming-call", call);
        Assert.Equal("eventType callId callType roomId callerName callerId iceServers", SocketIoClient.Fields(incoming));
        Assert.Equal(
            ("incoming_call", "voice", "!room:localhost", Caller),
            ((string?)incoming["eventType"], (string?)incoming["callType"], (string?)incoming["roomId"],
                (string?)incoming["callerId"]));
        Assert.Empty(await user.Rest());

        var caller = await Connect(Caller);
        await caller.Ask("register-user", new { userId = Caller });
        await Post(call, "answer", User);
        Assert.Equal(User, (string?)(await caller.Hears("call-answered", call))["userId"]);
        await Post(call, "end", Caller);
        Assert.Equal("completed", (string?)(await user.Hears("call-ended", call))["reason"]);
        Assert.Equal(Caller, (string?)(await caller.Hears("call-ended", call))["endedBy"]);
    }

    /// <summary>"Stored as pending": whoever registers while it rings hears of it.</summary>
    [Need(Need.SocketIoClient)]
    public async Task UserWhoRegistersWhileItRings_IsToldThen()
    {
        var call = await Initiate(live: 0);
        var user = await Connect(User);
        await user.Emit("register-user", new { userId = User });
        await user.Hears("incoming-call", call);
        await Post(call, "reject", User);
        await user.Hears("call-ended", call);
    }

    [Need(Need.SocketIoClient)]
    public async Task RegisterForSomebodyElse_IsRefused_AndTheyHearNothingOfIt()
    {
        var user = await Connect(User);
        await user.Ask("register-user", new { userId = User });
        await user.Hears("registered");
        var mallory = await Connect("mallory");
        Assert.Equal("forbidden", await mallory.Ask("register-user", new { userId = User }));
        Assert.Equal("forbidden", await mallory.Ask("register-user", User));
        Assert.Equal("code message", SocketIoClient.Fields(await mallory.Hears("error")));
        await mallory.Hears("error");
        var call = await Initiate();
        await user.Hears("incoming-call", call);
        // Mallory's own registration, by the token, may come as late as that.
        Assert.DoesNotContain(await mallory.Rest(), name => name != "registered");
    }

    [Need(Need.SocketIoClient)]
    public async Task TokenOfTheHomeserver_IsGoodForTheSocketToo()
    {
        await using var homeserver = await FakeHomeserver.Start();
        homeserver.Tokens["syt_user"] = User;
        await using var service = await Service.Start($"Rooms:HomeserverUrl={homeserver.Address}");
        var user = Keep(await SocketIoClient.Open(service, new { auth = new { token = "syt_user" } }));
        await user.Raw.Connected();
        Assert.Null(await user.Ask("register-user", new { userId = User }));
        var unknown = Keep(await SocketIoClient.Open(service, new { auth = new { token = "syt_nobody" } }));
        Assert.Equal("unauthenticated", (await unknown.Raw.Next(":connect_error")).Args[1].GetProperty("code").GetString());
    }

    private async Task<string> Initiate(int live = 1)
    {
        var (status, call) = await Service.Send(HttpMethod.Post, "/api/calls/initiate", Service.Token(Caller), new
        {
            roomId = "!room:localhost", callType = "voice", userId = Caller,
        });
        Assert.Equal((200, live, 1 - live), (status, (int)call!["notifiedLive"]!, (int)call["pending"]!));
        return (string)call["callId"]!;
    }

    private async Task Post(string callId, string what, string userId)
    {
        var (status, _) = await Service.Send(
            HttpMethod.Post, $"/api/calls/{callId}/{what}", Service.Token(userId), new { userId });
        Assert.Equal(200, status);
    }
}
