using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>003: the document's manual steps, numbered as there, the counts of its log, and a call from start to end.</summary>
public sealed class RoomTests : IAsyncLifetime
{
    private const string Caller = "@user2:localhost";
    private const string Admin = "@admin:localhost";
    private const string Third = "@third:localhost";
    private const string Room = "!ZyILBNojbyWAPjQpbQ:localhost";
    private const string LargeRoom = "!large:localhost";

    private FakeHomeserver _homeserver = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _homeserver = await FakeHomeserver.Start();
        foreach (var user in new[] { Caller, Admin, Third })
            _homeserver.Tokens[TokenOf(user)] = user;
        _homeserver.Rooms[Room] = [Caller, Admin];
        _homeserver.Rooms[LargeRoom] = [Caller, Admin, Third];
        _service = await Service.Start(
            $"Rooms:HomeserverUrl={_homeserver.Address}", "Ice:StunUrls=stun:stun.example.org",
            "Ice:TurnUrls=turn:turn.example.org",
            "Ice:TurnSecret=secret", "Rooms:0:Id=!listed:localhost", $"Rooms:0:Members={Caller},{Admin}");
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _homeserver.DisposeAsync();
    }

    [Fact]
    public async Task Step1_CallConfig_SaysWhereEverythingIs()
    {
        var (status, config) = await _service.Send(HttpMethod.Get, "/call-config.json", token: null);
        var here = _service.Address.ToString().TrimEnd('/');
        Assert.Equal(200, status);
        Assert.Equal((here, here), ((string?)config!["baseUrl"], (string?)config["websocketUrl"]));
        Assert.Equal(_homeserver.Address, (string?)config["homeserverUrl"]);
        // Whoever has no token gets nothing that another could pay for.
        Assert.Equal("stun:stun.example.org", (string?)Assert.Single(config["iceServers"]!.AsArray())!["urls"]![0]);
        var (_, own) = await _service.Send(HttpMethod.Get, "/call-config.json", Service.Token(Caller));
        Assert.Equal(2, own!["iceServers"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ws")]
    public async Task Step2_ASocketAtTheRoot_RegistersItsUser(string path)
    {
        await using var socket = await PlainClient.Connect(_service.Address, $"{path}?token={TokenOf(Admin)}");
        await socket.Send(new { type = "register-user", userId = Admin });
        Assert.Equal(Admin, (string?)(await socket.Hears("registered"))["userId"]);
        var address = $"/api/v1/users/{Uri.EscapeDataString(Admin)}/presence";
        var (_, presence) = await _service.Send(HttpMethod.Get, address, Service.Token("x"));
        Assert.True((bool)presence!["online"]!);
    }

    [Fact]
    public async Task Step2_ThePageIsStillAtTheRoot_ForEverybodyElse() =>
        Assert.Equal(200, (int)(await _service.Http.GetAsync("/")).StatusCode);

    [Fact]
    public async Task Steps3And4_InitiateRingsTheMembers_WithTheDocumentsEvent()
    {
        await using var admin = await Register(Admin);
        var (status, started) = await Initiate(Room);
        Assert.Equal((200, true), (status, (bool)started!["success"]!));
        var call = (string)started["callId"]!;

        var incoming = await admin.HearsNext();
        Assert.Equal(
            ["type", "eventType", "callId", "callType", "roomId", "callerName", "callerId", "iceServers"],
            incoming.AsObject().Select(p => p.Key));
        Assert.Equal(("incoming-call", "incoming_call"), ((string?)incoming["type"], (string?)incoming["eventType"]));
        Assert.Equal(
            (call, "voice", Room), ((string?)incoming["callId"], (string?)incoming["callType"], (string?)incoming["roomId"]));
        Assert.Equal(($"The {Caller}", Caller), ((string?)incoming["callerName"], (string?)incoming["callerId"]));
        Assert.Equal(2, incoming["iceServers"]!.AsArray().Count);

        var (_, seen) = await _service.Send(HttpMethod.Get, $"/api/v1/calls/{call}", Service.Token(Admin));
        var rings = (DateTimeOffset)seen!["ringUntil"]! - (DateTimeOffset)seen["createdAt"]!;
        Assert.Equal(60, rings.TotalSeconds, 0.1);
    }

    [Fact]
    public async Task Log_CountsWhoIsNotifiedLive_AndWhoIsPending()
    {
        await using var admin = await Register(Admin);
        var (_, one) = await Initiate(Room);
        Assert.Equal((1, 0), ((int)one!["notifiedLive"]!, (int)one["pending"]!));
        Assert.Contains(
            _service.Log.Lines,
            line => line.Text.Contains("1 user(s) notified live, 0 stored as pending", StringComparison.Ordinal)
                && line.Text.Contains((string)one["callId"]!, StringComparison.Ordinal));
        await Post(Caller, (string)one["callId"]!, "end");

        var (_, two) = await Initiate(LargeRoom);
        Assert.Equal((1, 1), ((int)two!["notifiedLive"]!, (int)two["pending"]!));
        Assert.Equal("1 user(s) notified live, 1 stored as pending", (string?)two["message"]);

        // Pending means: it rings there when they come.
        await using var third = await Register(Third);
        await third.Hears("incoming-call", (string)two["callId"]!);
    }

    [Fact]
    public async Task Call_AnsweredOverRest_EverybodyHearsIt_AndItsEnd()
    {
        await using var caller = await Register(Caller);
        await using var admin = await Register(Admin);
        await using var adminsOther = await Register(Admin, "Tablet/1");
        var call = (string)(await Initiate(Room)).Body!["callId"]!;
        await admin.Hears("incoming-call", call);
        await adminsOther.Hears("incoming-call", call);

        var (status, answered) = await Post(Admin, call, "answer", "Phone/1");
        Assert.Equal((200, "active"), (status, (string?)answered!["status"]));
        Assert.Equal(Admin, (string?)(await caller.Hears("call-answered", call))["userId"]);
        Assert.Equal(Admin, (string?)(await admin.Hears("call-answered", call))["userId"]);
        Assert.Equal("answered_elsewhere", (string?)(await adminsOther.Hears("call-ended", call))["reason"]);

        Assert.Equal(200, (await Post(Caller, call, "end")).Status);
        Assert.Equal(("completed", Caller), Ended(await caller.Hears("call-ended", call)));
        Assert.Equal(("completed", Caller), Ended(await admin.Hears("call-ended", call)));
        Assert.Empty(adminsOther.Rest());
    }

    [Fact]
    public async Task RoomOfThree_OneDeclines_TheOtherAnswers()
    {
        await using var caller = await Register(Caller);
        await using var admin = await Register(Admin);
        await using var third = await Register(Third);
        var call = (string)(await Initiate(LargeRoom)).Body!["callId"]!;
        await admin.Hears("incoming-call", call);
        await third.Hears("incoming-call", call);
        await Post(Admin, call, "reject");
        Assert.Equal(Admin, (string?)(await caller.Hears("call-rejected", call))["userId"]);
        Assert.Equal("rejected", (string?)(await admin.Hears("call-ended", call))["reason"]);
        Assert.Equal(Admin, (string?)(await third.Hears("call-rejected", call))["userId"]);
        await Post(Third, call, "answer");
        Assert.Equal(Third, (string?)(await caller.Hears("call-answered", call))["userId"]);
    }

    [Fact]
    public async Task TokenOfOurs_AndARoomInTheConfiguration_DoWithoutAHomeserver()
    {
        await _homeserver.Stop();
        await using var admin = await PlainClient.Connect(
            _service.Address, "/ws", options: o => o.SetRequestHeader("Authorization", $"Bearer {Service.Token(Admin)}"));
        await admin.Send(new { type = "register-user", userId = Admin });
        await admin.Hears("registered");
        var body = new { roomId = "!listed:localhost", callType = "VIDEO", userId = Caller };
        var (status, started) = await _service.Send(HttpMethod.Post, "/api/calls/initiate", Service.Token(Caller), body);
        Assert.Equal(200, status);
        Assert.Equal("video", (string?)(await admin.Hears("incoming-call", (string)started!["callId"]!))["callType"]);
    }

    [Fact]
    public async Task IdWithThePrefixOfDialect002_IsTheSameCall()
    {
        await using var admin = await Register(Admin);
        var call = (string)(await Initiate(Room)).Body!["callId"]!;
        await admin.Hears("incoming-call", call);
        var (status, answer) = await Post(Admin, "CALL_" + call, "reject");
        Assert.Equal((200, "Call rejected", call), (status, (string?)answer!["message"], (string?)answer["callId"]));
    }

    private static (string?, string?) Ended(JsonNode ended) => ((string?)ended["reason"], (string?)ended["endedBy"]);

    private static string TokenOf(string userId) =>
        $"syt_{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(userId))}";

    private async Task<PlainClient> Register(string userId, string program = "Phone/1")
    {
        var socket = await PlainClient.Connect(_service.Address, "/", program);
        await socket.Send(new { type = "register-user", userId, token = TokenOf(userId) });
        await socket.Hears("registered");
        return socket;
    }

    private Task<(int Status, JsonNode? Body)> Initiate(string room) => _service.Send(
        HttpMethod.Post, "/api/calls/initiate", token: null,
        new { roomId = room, callType = "voice", accessToken = TokenOf(Caller), userId = Caller });

    private Task<(int Status, JsonNode? Body)> Post(
        string userId, string call, string what, string? program = null) => _service.Send(
        HttpMethod.Post, $"/api/calls/{call}/{what}", token: null, new { accessToken = TokenOf(userId), userId },
        program is null ? [] : [("User-Agent", program)]);
}
