using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// Clients that do not say which device they are, all with the same app: each socket is a device, and one that comes back
/// goes on as the one that it was.
/// </summary>
public sealed class NamelessTests() : SocketIoTestBase("Rooms:0:Id=!room:localhost", "Rooms:0:Members=alice,bob")
{
    private static readonly object Offer = new { type = "offer", sdp = "v=0" };
    private static readonly object Answer = new { type = "answer", sdp = "v=1" };
    private static int _logins;

    [Need(Need.SocketIoClient)]
    public async Task TwoPhones_InTheLanguageOf000_BothRing_AndTheSecondStopsWhenTheFirstAnswers()
    {
        var (alice, one, two) = (await Phone("alice"), await Phone("bob"), await Phone("bob"));
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await one.Hears("call-invite", "ch1");
        await two.Hears("call-invite", "ch1");
        Assert.Null(await one.Ask("call-accept", new { channelId = "ch1", answer = Answer }));
        Assert.Equal("answered_elsewhere", (string?)(await two.Hears("call-ended", "ch1"))["reason"]);
        await alice.Hears("call-accepted", "ch1");
        await alice.Emit("ice-candidate", new { channelId = "ch1", candidate = "c" });
        await one.Hears("ice-candidate", "ch1");
        Assert.Empty(await one.Rest());
        Assert.Empty(await two.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task TwoPhones_InTheLanguageOf002_TheOneThatDeclinesIsConfirmed_TheOtherStops()
    {
        var (alice, one, two) = (await Phone("alice", "002"), await Phone("bob", "002"), await Phone("bob", "002"));
        await alice.Emit("call:initiate", new { receiverId = "bob", callId = "c1", callType = "VIDEO" });
        await one.Hears("call:incoming", "c1");
        await two.Hears("call:incoming", "c1");
        Assert.Null(await one.Ask("call:reject", new { callId = "c1" }));
        await one.Hears("call:reject:confirmed", "c1");
        Assert.Equal("rejected_elsewhere", (string?)(await two.Hears("call:cancelled", "c1"))["reason"]);
        await alice.Hears("call:rejected", "c1");
        Assert.Empty(await one.Rest());
        Assert.Empty(await two.Rest());
    }

    [Fact]
    public async Task TwoPhones_InTheLanguageOf003_TheRequestOfOneIsKnownByItsToken()
    {
        var (first, second) = (Login("bob"), Login("bob"));
        await using var one = await Registered("bob", first);
        await using var two = await Registered("bob", second);
        var (_, started) = await Service.Send(
            HttpMethod.Post, "/api/calls/initiate", Service.Token("alice"),
            new { roomId = "!room:localhost", callType = "voice" });
        var call = (string)started!["callId"]!;
        await one.Hears("incoming-call", call);
        await two.Hears("incoming-call", call);
        var (status, _) = await Service.Send(
            HttpMethod.Post, $"/api/calls/{call}/answer", token: null, new { accessToken = first, userId = "bob" });
        Assert.Equal(200, status);
        await one.Hears("call-answered", call);
        Assert.Equal("answered_elsewhere", (string?)(await two.Hears("call-ended", call))["reason"]);
        Assert.Empty(one.Rest());
    }

    /// <summary>The pages of 001 open two sockets, which are one device if they share the token or the address.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoBrowsers_InTheLanguageOf001_AreTwo_AndTheSocketsOfOnePageAreOne(bool newToken)
    {
        await using var alice = await Service.Connect("alice", "a1");
        var login = Login("bob");
        await using var notices = await Page("notifications", login, "127.0.0.2");
        await notices.Hears("connection.ack");
        await using var chat = newToken
            ? await Page("chat/9", Login("bob"), "127.0.0.2")
            : await Page("chat/9", login, "127.0.0.3");
        await using var other = await Page("notifications", Login("bob"), "127.0.0.4");
        await other.Hears("connection.ack");
        var started = await alice.Call(
            "StartCall", new { calleeIds = new[] { "bob" }, media = "audio", conversationId = "9", offer = Offer });
        var call = (string)started!["callId"]!;
        await notices.Hears("call.offer", call);
        await chat.Hears("call.offer", call);
        await other.Hears("call.offer", call);
        await chat.Send(new { type = "call.answer", call_id = call, answer = Answer });
        Assert.Equal("answered_elsewhere", (string?)(await other.Hears("call.end", call))["reason"]);
        await alice.Hears("CallAccepted", call);
        await alice.Call("EndCall", new { callId = call });
        Assert.Equal("completed", (string?)(await notices.Hears("call.end", call))["reason"]);
    }

    [Need(Need.SocketIoClient)]
    public async Task TwoPhones_AtTwoGateways_DoNotTakeEachOthersPlace()
    {
        await using var other = await OtherGateway();
        var (alice, one) = (await Phone("alice"), await Phone("bob"));
        var two = await Phone("bob", service: other);
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await one.Hears("call-invite", "ch1");
        await two.Hears("call-invite", "ch1");
        Assert.Null(await two.Ask("call-accept", new { channelId = "ch1", answer = Answer }));
        Assert.Equal("answered_elsewhere", (string?)(await one.Hears("call-ended", "ch1"))["reason"]);
        // Whoever connects while somebody else is in the call gets a place of its own.
        var three = await Phone("bob");
        Assert.DoesNotContain("call-invite", await three.Rest());
        await alice.Emit("ice-candidate", new { channelId = "ch1", candidate = "c" });
        await two.Hears("ice-candidate", "ch1");
        await two.DisposeAsync();
    }

    [Need(Need.SocketIoClient)]
    public async Task PhoneWhoseNetworkIsGoneInMidCall_ComesBackToIt_AlsoWithAnotherTokenAndAnotherPhoneThere()
    {
        var (alice, other, bob) = (await Phone("alice"), await Phone("alice"), await Phone("bob"));
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await bob.Hears("call-invite", "ch1");
        Assert.Null(await bob.Ask("call-accept", new { channelId = "ch1", answer = Answer }));
        await alice.Hears("call-accepted", "ch1");

        await bob.Raw.Cut();
        await bob.Raw.Disconnected();
        await bob.Raw.Connected();
        await alice.Emit("ice-candidate", new { channelId = "ch1", candidate = "c1" });
        await bob.Hears("ice-candidate", "ch1");

        await alice.DisposeAsync();
        await Left("alice");
        var again = await Phone("alice");
        await bob.Emit("ice-candidate", new { channelId = "ch1", candidate = "c2" });
        Assert.Equal("c2", (string?)(await again.Hears("ice-candidate", "ch1"))["candidate"]);
        await again.Emit("call-end", new { channelId = "ch1" });
        Assert.Equal("completed", (string?)(await bob.Hears("call-ended", "ch1"))["reason"]);
        Assert.DoesNotContain("ice-candidate", await other.Rest());
    }

    /// <summary>
    /// Its socket is still open when it comes back by another: it gives no sign of life, so it is nobody else's.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PhoneOutOfATunnel_GoesOn_AtWhicheverGateway(bool elsewhere)
    {
        await using var other = await OtherGateway();
        await using var alice = await Service.Connect("alice", "a1");
        await using var bob = await WirePhone.Connect(Service, Login("bob"));
        await alice.Call("StartCall", new { callId = "ch1", calleeIds = new[] { "bob" }, media = "audio", offer = Offer });
        await bob.Hears("call-invite");
        await bob.Emit("call-accept", new { channelId = "ch1", answer = Answer });
        await alice.Hears("CallAccepted", "ch1");
        bob.FallSilent();
        await using var again = await WirePhone.Connect(elsewhere ? other : Service, Login("bob"));
        await alice.Call("SendSignal", new { callId = "ch1", kind = "candidate", payload = "c" });
        Assert.Equal("c", (string?)(await again.Hears("ice-candidate"))["candidate"]);
        await bob.Closed;
        await again.Emit("call-end", new { channelId = "ch1" });
        Assert.Equal("completed", (string?)(await alice.Hears("CallEnded", "ch1"))["reason"]);
    }

    // A token of its own, as every login has one.
    private static string Login(string userId) => Service.Sign(new JsonObject
    {
        ["iss"] = "orleans-calls",
        ["aud"] = "orleans-calls",
        ["sub"] = userId,
        ["jti"] = $"{Interlocked.Increment(ref _logins)}",
        ["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
    });

    private async Task<SocketIoClient> Phone(string userId, string dialect = "000", Service? service = null)
    {
        var auth = new { token = Login(userId), dialect };
        var client = Keep(await SocketIoClient.Open(service ?? Service, new { auth, transports = new[] { "websocket" } }));
        await client.Raw.Connected();
        return client;
    }

    private async Task<PlainClient> Registered(string userId, string token)
    {
        var socket = await PlainClient.Connect(Service.Address, "/");
        await socket.Send(new { type = "register-user", userId, accessToken = token });
        await socket.Hears("registered");
        return socket;
    }

    private Task<PlainClient> Page(string socket, string token, string from) => PlainClient.Connect(
        Service.Address, $"/ws/{socket}/?token={token}", "Browser/1", from: IPAddress.Parse(from));

    /// <summary>A second gateway, with the silo of the first.</summary>
    private Task<Service> OtherGateway() => Service.Start(
        builder => builder.Services.AddSingleton(Service.Services.GetRequiredService<Orleans.IGrainFactory>()));

    // Its user's grain hears of it beside the close.
    private async Task Left(string userId) => await Until.Seen(async () =>
    {
        var (_, user) = await Service.Send(
            HttpMethod.Get, $"/api/v1/admin/users/{userId}", Service.Token("operator", null, "admin"));
        return user!["connections"]!.AsArray();
    }, connections => connections.Count == 1, "only one phone left");
}
