using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Dialects;

/// <summary>003: identities that do not agree, rooms that are not the caller's, homeservers that are ill.</summary>
public sealed class RoomRefusalTests : IAsyncLifetime
{
    private const string Room = "!room:localhost";

    private FakeHomeserver _homeserver = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _homeserver = await FakeHomeserver.Start();
        _homeserver.Tokens["syt_alice"] = "@alice:localhost";
        _homeserver.Tokens["syt_bob"] = "@bob:localhost";
        _homeserver.Rooms[Room] = ["@alice:localhost", "@bob:localhost"];
        _service = await Service.Start($"Rooms:HomeserverUrl={_homeserver.Address}", "Rooms:HomeserverSeconds=3");
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _homeserver.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"type":"register-user","userId":"@bob:localhost","token":"syt_alice"}""", "forbidden", 4403)]
    [InlineData("""{"type":"register-user","userId":"@bob:localhost","token":"syt_nobody"}""", "unauthenticated", 4401)]
    [InlineData("""{"type":"register-user","userId":"@bob:localhost"}""", "unauthenticated", 4401)]
    [InlineData("""{"type":"register-user","token":"syt_alice"}""", "invalid_argument", 1008)]
    [InlineData("""{"type":"register-user","userId":["@bob:localhost"],"token":"syt_bob"}""", "invalid_argument", 1008)]
    [InlineData("""{"type":"register-user","userId":"@bob:localhost","token":"syt_b\r\nob"}""", "unauthenticated", 4401)]
    public async Task Registration_ThatDoesNotHold_IsRefusedAndClosed(string message, string code, int close)
    {
        await using var socket = await PlainClient.Connect(_service.Address, "/");
        await socket.SendText(message);
        Assert.Equal(code, (string?)(await socket.Hears("error"))["code"]);
        var (status, reason) = await socket.Closed;
        Assert.Equal(close, status);
        Assert.StartsWith(code, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SocketOfAlice_CannotBecomeBobs_NeitherAtFirstNorLater()
    {
        await using var socket = await PlainClient.Connect(_service.Address, $"/ws?token={Service.Token("@alice:localhost")}");
        await socket.Send(new { type = "register-user", userId = "@alice:localhost" });
        await socket.Hears("registered");
        await socket.Send(new { type = "register-user", userId = "@bob:localhost" });
        Assert.Equal("forbidden", (string?)(await socket.Hears("error"))["code"]);

        await using var other = await PlainClient.Connect(_service.Address, $"/ws?token={Service.Token("@alice:localhost")}");
        await other.Send(new { type = "register-user", userId = "@bob:localhost", accessToken = "syt_bob" });
        Assert.Equal("forbidden", (string?)(await other.Hears("error"))["code"]);
        Assert.Equal(4403, (await other.Closed).Code);
    }

    [Fact]
    public async Task SocketThatTalksNonsense_InsteadOfRegistering_IsClosed()
    {
        await using var socket = await PlainClient.Connect(_service.Address, "/");
        for (var i = 0; i < 10; i++)
            await socket.SendText("nonsense");
        Assert.Equal((int)WebSocketCloseStatus.PolicyViolation, (await socket.Closed).Code);
    }

    [Theory]
    [InlineData("""{"callType":"voice","accessToken":"syt_alice"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("""{"roomId":"!room:localhost","callType":"smell","accessToken":"syt_alice"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("""{"roomId":"!room:localhost","callType":"voice"}""", 401, "UNAUTHENTICATED")]
    [InlineData("""{"roomId":"!room:localhost","callType":"voice","accessToken":"syt_nobody"}""", 401, "UNAUTHENTICATED")]
    [InlineData("""{"roomId":"!room:localhost","callType":"voice","accessToken":"act1.k.x.y"}""", 401, "UNAUTHENTICATED")]
    [InlineData(
        """{"roomId":"!room:localhost","callType":"voice","accessToken":"syt_alice","userId":"@bob"}""", 403, "FORBIDDEN")]
    [InlineData("""{"roomId":"!other:localhost","callType":"voice","accessToken":"syt_alice"}""", 403, "FORBIDDEN")]
    [InlineData("""{"roomId":"!../../x?y=z#","callType":"voice","accessToken":"syt_alice"}""", 403, "FORBIDDEN")]
    [InlineData("[]", 400, "INVALID_ARGUMENT")]
    [InlineData("{", 400, "INVALID_ARGUMENT")]
    [InlineData("roomId=!room:localhost", 400, "INVALID_ARGUMENT")]
    public async Task Initiate_ThatIsWrong_IsRefused(string body, int status, string code)
    {
        var (got, answer) = await _service.Send(HttpMethod.Post, "/api/calls/initiate", token: null, body);
        Assert.Equal((status, false, code), (got, (bool)answer!["success"]!, (string?)answer["error"]!["code"]));
    }

    [Fact]
    public async Task Room_ThatIsTooLarge_OrEmpty_IsRefusedWithItsNumber()
    {
        _homeserver.Rooms[Room] = ["@alice:localhost", .. Enumerable.Range(0, 17).Select(i => $"@{i}:localhost")];
        var (status, answer) = await Initiate();
        Assert.Equal(400, status);
        Assert.Contains("17 other members; a call rings 16", (string?)answer!["error"]!["message"], StringComparison.Ordinal);
        _homeserver.Rooms[Room] = ["@alice:localhost"];
        Assert.Equal(400, (await Initiate()).Status);
    }

    [Fact]
    public async Task TokenOfOurs_IsNotShownToTheHomeserver()
    {
        var asked = false;
        _homeserver.Instead = _ =>
        {
            asked = true;
            return Task.CompletedTask;
        };
        var (status, answer) = await _service.Send(
            HttpMethod.Post, "/api/calls/initiate", Service.Token("@alice:localhost"), new { roomId = Room, callType = "voice" });
        Assert.Equal((401, "UNAUTHENTICATED"), (status, (string?)answer!["error"]!["code"]));
        Assert.False(asked);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("reject")]
    [InlineData("end")]
    public async Task Command_FromAStranger_ForAnUnknownCall_OrTooLate_SaysSo(string what)
    {
        var call = (string)(await Initiate()).Body!["callId"]!;
        Assert.Equal((403, "FORBIDDEN"), await Refused(call, what, Service.Token("stranger")));
        Assert.Equal((404, "NOT_FOUND"), await Refused("none", what, Service.Token("stranger")));
        Assert.Equal((400, "INVALID_ARGUMENT"), await Refused("n%20o", what, Service.Token("stranger")));
        Assert.Equal((401, "UNAUTHENTICATED"), await Refused(call, what, token: null));
        Assert.Equal(
            200, (await _service.Send(HttpMethod.Post, $"/api/calls/{call}/end", Service.Token("@alice:localhost"))).Status);
        if (what == "answer")
            Assert.Equal((410, "ENDED"), await Refused(call, what, Service.Token("@bob:localhost")));
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("down")]
    [InlineData("not json")]
    [InlineData("other json")]
    [InlineData("no user")]
    [InlineData("endless")]
    [InlineData("server error")]
    public async Task Homeserver_ThatIsIll_IsUnavailable_AndAConnectedClientDoesNotNotice(string how)
    {
        await using var bob = await PlainClient.Connect(_service.Address, "/");
        await bob.Send(new { type = "register-user", userId = "@bob:localhost", token = "syt_bob" });
        await bob.Hears("registered");
        if (how == "down")
            await _homeserver.Stop();
        _homeserver.Instead = context => IllAnswer(how, context);

        var (status, answer) = await Initiate();
        Assert.Equal((503, "UNAVAILABLE"), (status, (string?)answer!["error"]!["code"]));
        await using var alice = await PlainClient.Connect(_service.Address, "/");
        await alice.Send(new { type = "register-user", userId = "@alice:localhost", token = "syt_alice" });
        Assert.Equal("unavailable", (string?)(await alice.Hears("error"))["code"]);
        Assert.Equal(1013, (await alice.Closed).Code);

        await using var hub = await _service.Connect("@alice:localhost", "a1");
        await hub.Call("StartCall", new { calleeIds = new[] { "@bob:localhost" }, media = "audio" });
        await bob.Hears("incoming-call");
    }

    private static async Task IllAnswer(string how, HttpContext context)
    {
        switch (how)
        {
            case "slow":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(
                    _ => { }, TaskScheduler.Default);
                break;
            case "not json":
                await context.Response.WriteAsync("<html>It works!</html>");
                break;
            case "other json":
                await context.Response.WriteAsync("""["user_id"]""");
                break;
            case "no user":
                await context.Response.WriteAsync("""{"user_id":"","joined":[]}""");
                break;
            case "endless":
                var more = new string('x', 64 * 1024);
                for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.WriteAsync(more);
                break;
            case "server error":
                context.Response.StatusCode = 502;
                await context.Response.WriteAsync("{}");
                break;
        }
    }

    private async Task<(int, string?)> Refused(string call, string what, string? token)
    {
        var (status, answer) = await _service.Send(HttpMethod.Post, $"/api/calls/{call}/{what}", token);
        return (status, (string?)answer!["error"]!["code"]);
    }

    private Task<(int Status, JsonNode? Body)> Initiate() => _service.Send(
        HttpMethod.Post, "/api/calls/initiate", token: null,
        new { roomId = Room, callType = "voice", accessToken = "syt_alice" });
}
