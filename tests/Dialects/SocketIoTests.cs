using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// Socket.IO clients of all dialects: who they are, what they are taken to speak, and that nobody disturbs anybody.
/// </summary>
public sealed class SocketIoTests : SocketIoTestBase
{
    private static readonly object Offer = new { type = "offer", sdp = "v=0" };

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("{}", "unauthenticated")]
    [InlineData("""{"token":"nonsense"}""", "unauthenticated")]
    [InlineData("""{"token":"act1.a.b.c"}""", "unauthenticated")]
    [InlineData("""{"token":"good","dialect":"001"}""", "invalid_argument")]
    [InlineData("""{"token":"good","dialect":7}""", "invalid_argument")]
    [InlineData("""{"token":"good","deviceId":{"a":1}}""", "invalid_argument")]
    public async Task ClientThatCannotBe_IsRefusedWithAReason(string auth, string code)
    {
        var given = JsonNode.Parse(auth)!;
        if ((string?)given["token"] == "good")
            given["token"] = Service.Token("alice");
        var client = await Open(new { auth = given });
        var error = await client.Raw.Next(":connect_error");
        Assert.NotEqual("", error.Args[0].GetString());
        Assert.Equal(code, error.Args[1].GetProperty("code").GetString());
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("token", "polling")]
    [InlineData("access_token", "websocket")]
    public async Task TokenInTheQuery_IsTakenToo(string parameter, string transport)
    {
        var query = new Dictionary<string, string> { [parameter] = Service.Token("bob"), ["deviceId"] = "phone" };
        var bob = await Open(new { query, transports = new[] { transport } });
        await bob.Raw.Connected();
        var alice = await Connect("alice");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await bob.Hears("call-invite", "ch1");
    }

    /// <summary>
    /// Its dialect is not known yet: it hears each that it may speak, once, under names that the others do not have.
    /// </summary>
    [Need(Need.SocketIoClient)]
    public async Task ClientThatHasNotSpoken_IsToldInEachDialect_AndInItsOwnOnceItHas()
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await bob.Hears("call-invite", "ch1");
        await bob.Hears("call:incoming", "ch1");
        Assert.Empty(await bob.Rest());

        await bob.Emit("call:reject", new { callId = "ch1" });
        await bob.Hears("call:reject:confirmed", "ch1");
        await alice.Hears("call-rejected", "ch1");
        await alice.Hears("call-ended", "ch1");
        Assert.Empty(await bob.Rest());
        await alice.Emit("call-invite", new { channelId = "ch2", to = "bob", offer = Offer });
        await bob.Hears("call:incoming", "ch2");
        Assert.Empty(await bob.Rest());
        Assert.Equal("invalid_argument", await bob.Ask("call-accept", new { channelId = "ch2" }));
        await bob.Hears("call:error");
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("000", "call-invite")]
    [InlineData("002", "call:incoming")]
    [InlineData("003", "incoming-call")]
    [InlineData("channels", "call-invite")]
    [InlineData("agora", "call:incoming")]
    [InlineData("rooms", "incoming-call")]
    public async Task ClientThatSaysItsDialect_HearsNoOther(string dialect, string ring)
    {
        var bob = await Connect("bob", dialect: dialect);
        if (dialect is "003" or "rooms")
            await bob.Hears("registered");
        await using var hub = await Service.Connect("alice", "a1");
        var call = await hub.Call("StartCall", new { calleeIds = new[] { "bob" }, media = "audio" });
        await bob.Hears(ring, (string)call!["callId"]!);
        Assert.Empty(await bob.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task ClientWhoseNetworkIsGone_ComesBack_AndIsToldWhatItMissed_Once()
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await bob.Hears("call-invite", "ch1");
        await alice.Raw.Cut();
        await bob.Emit("call-accept", new { channelId = "ch1", answer = new { type = "answer", sdp = "v=1" } });
        Assert.Equal("v=1", (string?)(await alice.Hears("call-accepted", "ch1"))["answer"]!["sdp"]);
        await alice.Raw.Connected();
        await alice.Emit("call-end", new { channelId = "ch1" });
        await bob.Hears("call-ended", "ch1");
    }

    [Need(Need.SocketIoClient)]
    public async Task ConnectionsOfOneDevice_AreOneDevice_ThoseOfAnotherAreNot()
    {
        var alice = await Connect("alice");
        var first = await Connect("bob", "phone");
        var second = await Connect("bob", "phone");
        var other = await Connect("bob", "tablet");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        foreach (var client in new[] { first, second, other })
            await client.Hears("call-invite", "ch1");
        await first.Emit("call-accept", new { channelId = "ch1", answer = new { type = "answer", sdp = "v=1" } });
        Assert.Equal("answered_elsewhere", (string?)(await other.Hears("call-ended", "ch1"))["reason"]);
        await first.DisposeAsync();
        await alice.Emit("ice-candidate", new { channelId = "ch1", candidate = "c" });
        await second.Hears("ice-candidate", "ch1");
        await second.Emit("call-end", new { channelId = "ch1" });
        await alice.Hears("call-ended", "ch1");
    }

    /// <summary>Nothing that one client sends is heard of by another, and none of it is a fault of the service.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Nonsense_DisturbsNobody()
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        var mallory = await Connect("mallory");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await bob.Hears("call-invite", "ch1");
        foreach (var name in new[] { "call-accept", "call-reject", "call-request-offer", "ice-candidate", "call-end" })
        {
            Assert.Equal(
                "forbidden", await mallory.Ask(name, new { channelId = "ch1", candidate = "c", reason = "no", from = "bob" }));
            foreach (var odd in new object?[] { null, 7, "ch1", true, new[] { 1 } })
                Assert.Equal("invalid_argument", await mallory.Ask(name, odd));
            foreach (var id in new object[] { "", "\ud83d\ude00", new string('x', 65), new[] { 1 } })
                Assert.Equal("invalid_argument", await mallory.Ask(name, new { channelId = id }));
        }

        foreach (var name in new[] { "register-user", "call:end", "message", "" })
            Assert.Equal("invalid_argument", await mallory.Ask(name, new { callId = "ch1", userId = "bob" }));
        await mallory.Raw.EmitWithAck("call-end");
        await mallory.Raw.Emit("call-end", new { channelId = "ch1" }, "more", 1, new { });
        Assert.Empty(await alice.Rest());
        Assert.DoesNotContain(await bob.Rest(), name => name != "call:incoming");
        await bob.Emit("call-reject", new { channelId = "ch1" });
        await alice.Hears("call-rejected", "ch1");
    }

    [Need(Need.SocketIoClient)]
    public async Task IdOfACallInAnotherDialect_IsTheSameCall_ForItsParties()
    {
        var alice = await Connect("alice");
        await using var bob = await Service.Connect("bob", "b1");
        await alice.Emit("call:initiate", new
        {
            receiverId = "bob", callId = "CALL_7", callType = "VIDEO", channelName = "c7", agoraToken = "t7",
        });
        var incoming = await bob.Hears("CallIncoming", "CALL_7");
        Assert.Equal(("video", "c7", "t7"), (
            (string?)incoming["media"], (string?)incoming["metadata"]!["channelName"],
            (string?)incoming["metadata"]!["agoraToken"]));
        var other = await Connect("bob", "phone", dialect: "000");
        var invite = await other.Hears("call-invite", "CALL_7");
        Assert.Equal("video", (string?)invite["callType"]);
        Assert.Equal("invalid_argument", await other.Ask("call-accept", new { callId = "CALL_7" }));
        await other.Emit("call-accept", new { channelId = "CALL_7" });
        await alice.Hears("call:accepted", "CALL_7");
        Assert.Equal("answered_elsewhere", (string?)(await bob.Hears("CallEnded", "CALL_7"))["reason"]);
    }

    [Need(Need.SocketIoClient)]
    public async Task TokenThatExpires_EndsTheConnection_AndTheClientIsToldWhyWhenItComesBack()
    {
        await using var service = await Service.Start("Auth:ClockSkewSeconds=0");
        var token = Service.Sign(new JsonObject
        {
            ["iss"] = "orleans-calls", ["aud"] = "orleans-calls", ["sub"] = "brief",
            ["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(12).ToUnixTimeSeconds(),
        });
        var client = Keep(await SocketIoClient.Open(service, new { auth = new { token } }));
        await client.Raw.Connected();
        await client.Raw.Disconnected();
        var error = await client.Raw.Next(":connect_error");
        Assert.Equal("unauthenticated", error.Args[1].GetProperty("code").GetString());
    }

    [Need(Need.SocketIoClient)]
    public async Task ServiceThatStops_SendsItsClientsElsewhere_AndTheyTryToComeBack()
    {
        await using var service = await Service.Start();
        var client = Keep(await SocketIoClient.Connect(service, "alice"));
        var polling = Keep(await SocketIoClient.Open(
            service, new { auth = new { token = Service.Token("bob") }, transports = new[] { "polling" } }));
        await polling.Raw.Connected();
        // As a signal does it: returns once everybody is gone.
        var draining = Task.Run(() => service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication());
        // "io server disconnect" would keep them away, and so would a refusal in words.
        Assert.Equal("transport close", await client.Raw.Disconnected());
        await polling.Raw.Disconnected();
        await draining;
        Assert.Equal("null", (await client.Raw.Next(":connect_error")).Args[1].GetRawText()[..4]);
        using var response = await service.Http.GetAsync("/socket.io/?EIO=4&transport=polling");
        Assert.Equal(503, (int)response.StatusCode);
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("000,003", "000,002,003")]
    [InlineData("channels,rooms", "channels,agora,rooms")]
    public async Task Dialects_ThatAreSwitchedOff_AreNotHeard(string allButAgora, string all)
    {
        await using var one = await Service.Start($"Dialects:Disabled={allButAgora}");
        var alice = Keep(await SocketIoClient.Connect(one, "alice"));
        Assert.Equal("invalid_argument", await alice.Ask("call-invite", new { channelId = "ch1", to = "bob", offer = Offer }));
        var bob = Keep(await SocketIoClient.Connect(one, "bob"));
        await alice.Emit("call:initiate", new { receiverId = "bob", callId = "c1", callType = "VIDEO" });
        await bob.Hears("call:incoming", "c1");
        Assert.Empty(await bob.Rest());

        await using var none = await Service.Start($"Dialects:Disabled={all}");
        using var response = await none.Http.GetAsync("/socket.io/?EIO=4&transport=polling");
        Assert.Equal(404, (int)response.StatusCode);
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("002")]
    [InlineData("agora")]
    public async Task ClientThatHasSaidNothing_IsToldInTheDialectsOfTheSetting_ByNumberOrName(string dialect)
    {
        await using var service = await Service.Start($"Dialects:SocketIo={dialect}");
        var bob = Keep(await SocketIoClient.Connect(service, "bob"));
        await using var hub = await service.Connect("alice", "a1");
        var call = await hub.Call("StartCall", new { calleeIds = new[] { "bob" }, media = "audio" });
        await bob.Hears("call:incoming", (string)call!["callId"]!);
        Assert.Empty(await bob.Rest());
    }

    [Theory]
    [InlineData("000,001")]
    [InlineData("channels,notifications")]
    public async Task DialectsThatAreNotOverSocketIo_AreNoneOfTheSetting(string dialects)
    {
        var wrong = await Assert.ThrowsAsync<SettingException>(() => Service.Start($"Dialects:SocketIo={dialects}"));
        Assert.StartsWith("Dialects__SocketIo must hold", wrong.Message, StringComparison.Ordinal);
    }
}
