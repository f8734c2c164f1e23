using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>The operator endpoints of document 002. They were open to all; now they are for the role admin.</summary>
public sealed class OperatorTests : SocketIoTestBase
{
    private static readonly string Admin = Service.Token("operator", null, "admin");

    [Need(Need.SocketIoClient)]
    public async Task Online_SaysWhere_AndEmitReachesThatDeviceOnly()
    {
        var phone = await Connect("USR_123", "phone");
        var tablet = await Connect("USR_123", "tablet");
        var online = await Get("/api/users/USR_123/online");
        Assert.Equal("isOnline socketId", SocketIoClient.Fields(online));
        Assert.True((bool)online["isOnline"]!);
        Assert.Equal("""{"isOnline":false,"socketId":null}""", (await Get("/api/users/USR_999/online")).ToJsonString());

        var data = new { callId = "CALL_1", reason = "x", timestamp = 1 };
        var (status, answer) = await Emit(new { socketId = (string)online["socketId"]!, @event = "call:rejected", data });
        Assert.Equal((200, """{"success":true,"message":"Event emitted successfully"}"""), (status, answer!.ToJsonString()));
        // The youngest connection is the one that was named.
        Assert.Equal("""{"callId":"CALL_1","reason":"x","timestamp":1}""", (await tablet.Hears("call:rejected")).ToJsonString());
        Assert.Empty(await phone.Rest());

        await tablet.DisposeAsync();
        await phone.DisposeAsync();
    }

    [Need(Need.SocketIoClient)]
    public async Task Emit_ThatIsWrong_IsRefused()
    {
        var client = await Connect("USR_123");
        var socketId = (string)(await Get("/api/users/USR_123/online"))["socketId"]!;
        var (status, answer) = await Emit(new { socketId });
        Assert.Equal((400, """{"error":"socketId and event are required"}"""), (status, answer!.ToJsonString()));
        Assert.Equal(400, (await Emit(new { @event = "x" })).Status);
        Assert.Equal(400, (await Emit(new { socketId, @event = "disconnect" })).Status);
        Assert.Equal(400, (await Emit(new { socketId, @event = "x", data = 7 })).Status);
        Assert.Equal(400, (await Emit(new { socketId = "abc123", @event = "x" })).Status);
        Assert.Equal(404, (await Emit(new { socketId = "abc123@USR_123", @event = "x" })).Status);
        var others = socketId.Replace("USR_123", "USR_9", StringComparison.Ordinal);
        Assert.Equal(404, (await Emit(new { socketId = others, @event = "x" })).Status);
        var (malformed, error) = await Service.Send(HttpMethod.Post, "/api/emit", Admin, "{socketId");
        Assert.Equal((400, "error"), (malformed, SocketIoClient.Fields(error!)));
        Assert.Equal((400, "error"), await Fields(new { socketId, @event = new string('x', 65) }));
        Assert.Equal((400, "error"), await Fields(new { socketId, @event = new { a = 1 } }));
        Assert.Empty(await client.Rest());
    }

    /// <summary>It says so, where it would be lost: a client whose language has no word for the events of others.</summary>
    [Fact]
    public async Task Emit_ToAClientThatCannotHearIt_IsRefused()
    {
        await using var deaf = await PlainClient.Connect(Service.Address, "/");
        await deaf.Send(new { type = "register-user", userId = "USR_7", accessToken = Service.Token("USR_7") });
        await deaf.Hears("registered");
        var (_, seen) = await Until.Found(async () =>
            await Service.Send(HttpMethod.Get, "/api/v1/admin/users/USR_7", Admin) is var answer
                && answer.Body!["connections"]!.AsArray().Count > 0 ? Tuple.Create(answer.Status, answer.Body) : null,
                "a connection");
        Assert.Equal("""{"isOnline":true,"socketId":null}""", (await Get("/api/users/USR_7/online")).ToJsonString());
        var socketId = $"{seen["connections"]![0]!["connectionId"]}@USR_7";
        Assert.Equal((404, "error"), await Fields(new { socketId, @event = "x" }));
        Assert.Empty(deaf.Rest());
    }

    /// <summary>An app's own event belongs to no dialect.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Emit_ReachesAClient_WhateverItSpeaks()
    {
        var client = await Connect("USR_123", dialect: "000");
        var socketId = (string)(await Get("/api/users/USR_123/online"))["socketId"]!;
        Assert.Equal(200, (await Emit(new { socketId, @event = "app:news", data = new { a = 1 } })).Status);
        Assert.Equal(1, (int)(await client.Hears("app:news"))["a"]!);
    }

    [Need(Need.SocketIoClient)]
    public async Task Endpoints_AreForAdmins()
    {
        await using var hub = await Service.Connect("USR_9", "d");
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/users/USR_1/online"), (HttpMethod.Get, "/api/connected-users"), (HttpMethod.Post, "/api/emit"),
        })
        {
            Assert.Equal(
                403, (await Service.Send(method, path, Service.Token("USR_1"), method == HttpMethod.Post ? "{}" : null)).Status);
            Assert.Equal(401, (await Service.Send(method, path, token: null, method == HttpMethod.Post ? "{}" : null)).Status);
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task ConnectedUsersAndHealth_CountWhoIsHere()
    {
        var a = await Connect("USR_123");
        var b = await Connect("USR_456");
        await a.Ask("call:initiate", new { receiverId = "USR_456", callId = "CALL_1", callType = "VIDEO" });
        await b.Hears("call:incoming");
        var connected = await Get("/api/connected-users");
        Assert.Equal(2, (int)connected["count"]!);
        Assert.Equal(["USR_123", "USR_456"], connected["users"]!.AsArray().Select(user => (string?)user!["userId"]).Order());
        var (status, health) = await Service.Send(HttpMethod.Get, "/health", token: null);
        Assert.Equal(
            (200, "ok", 2, 1), (status, (string?)health!["status"], (int)health["connectedUsers"]!, (int)health["activeCalls"]!));
    }

    private async Task<(int, string)> Fields(object body)
    {
        var (status, answer) = await Emit(body);
        return (status, SocketIoClient.Fields(answer!));
    }

    private Task<(int Status, JsonNode? Body)> Emit(object body) => Service.Send(HttpMethod.Post, "/api/emit", Admin, body);

    private async Task<JsonNode> Get(string path)
    {
        var (status, body) = await Service.Send(HttpMethod.Get, path, Admin);
        Assert.Equal(200, status);
        return body!;
    }
}
