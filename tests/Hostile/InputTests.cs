using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Text that something else would take for a path, a header, a line of the log, HTML or SQL; frames that are none.
/// </summary>
[Collection(OneProgram.Name)]
public sealed class InputTests(Shared shared)
{
    public static TheoryData<string> Ids =>
    [
        "../../etc/passwd", "..%2f..%2fetc", "C:\\windows", "/dev/null", "<script>alert(1)</script>",
        "\"><img src=x>", "' OR 1=1 --",
        "'); DROP TABLE grain_state; --", "{0}{userId}", "${jndi:ldap://x}", "%n%s%x", "a\"} 1\nb", "=cmd()", "a,b;c",
        "users/user", "act1.a.b.c",
        "\u202eevil", "日本", "🎉", "a\u0301", " padded ", "null", "undefined", "-1", "NaN", "0x10", "[]", "{}",
        "user=1", "\ufeffbom",
    ];

    [Theory, MemberData(nameof(Ids))]
    public async Task Id_ThatLooksLikeSomethingElse_IsAnIdOrRefused(string id)
    {
        var me = Tokens.Of(
            "odd-" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id))[..Math.Min(40, Encoding.UTF8.GetByteCount(id) * 2)]);
        var json = JsonSerializer.Serialize(id);
        var (status, call) = await shared.Post("/api/v1/calls", me, $$"""
            {"calleeIds":[{{json}}],"media":"audio","conversationId":{{json}},"metadata":{ {{json}}:{{json}} } }
            """);
        Assert.True(status is 200 or 400, $"{id}: {status}");
        if (status == 200)
        {
            Assert.Equal(id, (string?)call!["legs"]![0]!["userId"]);
            Assert.Equal(
                200, (await shared.Post($"/api/v1/calls/{(string?)call["callId"]}/end", me, $$"""{"reason":{{json}}}""")).Status);
        }

        var (read, presence) = await shared.Send(HttpMethod.Get, $"/api/v1/users/{Uri.EscapeDataString(id)}/presence", me);
        Assert.True(read is 200 or 400 or 404, $"{id}: {read}");
        // The framework leaves %2F in a path as it is.
        if (read == 200 && !id.Contains('/', StringComparison.Ordinal))
            Assert.Equal(id, (string?)presence!["userId"]);
        Assert.Equal(
            400,
            (await shared.Post(
                "/api/v1/calls", me,
                $$"""{"callId":{{JsonSerializer.Serialize(id + "/")}},"calleeIds":["b"],"media":"audio"}""")).Status);
    }

    [Theory]
    [InlineData("""{"calleeIds":["  "],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":["\u00a0\u2003"],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":["a\u0000"],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":["a\r\nX: y"],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":["\ud800"],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":[null],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":[],"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":{"a":1},"media":"audio"}""", 400)]
    [InlineData("""{"calleeIds":["b"],"media":"smell"}""", 400)]
    [InlineData("""{"calleeIds":["b"],"media":"audio","ringSeconds":1e400}""", 400)]
    [InlineData("""{"calleeIds":["b"],"media":"audio","ringSeconds":9223372036854775808}""", 400)]
    [InlineData("""{"calleeIds":["b"],"media":"audio","metadata":{"a":{"b":1}}}""", 400)]
    [InlineData("""{"calleeIds":["b"],"media":"audio"} {"a":1}""", 400)]
    [InlineData("""[]""", 400)]
    [InlineData("""null""", 400)]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    public async Task Start_ThatIsNone_IsRefused_AndLeavesNoCall(string body, int expected)
    {
        var (status, problem) = await shared.Post("/api/v1/calls", Tokens.Of("malformed"), body);
        Assert.Equal((expected, "invalid_argument"), (status, (string?)problem?["code"]));
        Assert.Empty(
            (await shared.Send(HttpMethod.Get, "/api/v1/calls?state=open", Tokens.Of("malformed"))).Body!["items"]!.AsArray());
    }

    [Fact]
    public async Task Signal_OfHalfCharactersOrBytesThatAreNone_IsRefused()
    {
        await shared.Post("/api/v1/calls", Tokens.Of("signals"), """{"callId":"signals","calleeIds":["peer"],"media":"audio"}""");
        Assert.Equal(
            400,
            (await shared.Post(
                "/api/v1/calls/signals/signals", Tokens.Of("signals"), """{"kind":"custom","payload":"\ud800"}""")).Status);
        byte[] bytes = [.. """{"kind":"custom","payload":"""u8, (byte)'"', 0xff, 0xfe, (byte)'"', (byte)'}'];
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
        Assert.Equal(
            400, (await shared.Send(HttpMethod.Post, "/api/v1/calls/signals/signals", Tokens.Of("signals"), content)).Status);
        Assert.Equal(
            204,
            (await shared.Post(
                "/api/v1/calls/signals/signals", Tokens.Of("signals"), """{"kind":"custom","payload":"\ud83c\udf89"}""")).Status);
    }

    [Theory]
    [InlineData("application/json; charset=nonsense", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=\"utf-7\"", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=UTF-8", 200)]
    [InlineData("application/json; charset=\"utf-8\"", 200)]
    public async Task ContentType_OtherThanJsonInUtf8_IsRefused(string type, int expected)
    {
        using var content = new ByteArrayContent("""{"blocked":[]}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(expected, (await shared.Send(HttpMethod.Put, "/api/v1/settings", Tokens.Of("typed"), content)).Status);
    }

    /// <summary>Frames after a good handshake: answered or closed; whoever else is there does not notice.</summary>
    [Theory]
    [InlineData("""{"type":1,"target":"NoSuchMethod","arguments":[],"invocationId":"x"}""")]
    [InlineData("""{"type":4,"target":"GetOpenCalls","arguments":[],"invocationId":"x"}""")]
    [InlineData("""{"type":1,"target":"GetOpenCalls","arguments":[1,2,3],"invocationId":"x"}""")]
    [InlineData("""{"type":1,"target":"GetOpenCalls","arguments":[],"invocationId":"x","streamIds":["a"]}""")]
    [InlineData("""{"type":2,"invocationId":"x","item":1}""")]
    [InlineData("""{"type":3,"invocationId":"nobody","result":1}""")]
    [InlineData("""{"type":5,"invocationId":"nobody"}""")]
    [InlineData("""{"type":1,"target":"GetOpenCalls","arguments":[],"invocationId":"x","headers":{"x":{"y":1}}}""")]
    [InlineData(
        """{"type":1,"target":"StartCall","arguments":[{"calleeIds":["b"],"media":"audio","ringSeconds":1e400}],"invocationId":"x"}""")]
    [InlineData("""{"type":1,"target":"GetHistory","arguments":[{"limit":9223372036854775808}],"invocationId":"x"}""")]
    [InlineData("""{"type":4,"target":"GetOpenCalls","arguments":[],"invocationId":"x","streamIds":["a","a"]}""")]
    [InlineData("""{"type":6,"x":[1]}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":7,"error":"bye\r\nX: y","allowReconnect":true}""")]
    [InlineData("""{"type":9223372036854775808}""")]
    [InlineData("""{"type":8,"sequenceId":9223372036854775807}""")]
    [InlineData("""{"type":8}""")]
    [InlineData("""{"type":8,"sequenceId":1e99}""")]
    [InlineData("""{"type":9,"sequenceId":-1}""")]
    [InlineData("""{"type":99}""")]
    [InlineData("""{"type":"1"}""")]
    [InlineData("""{"type":1,"type":6}""")]
    [InlineData(
        """{"type":1,"target":"GetCall","target":"EndCall","arguments":[{"callId":"a","callId":"b"}],"invocationId":"x"}""")]
    [InlineData("""{"type":1,"target":"OnConnectedAsync","arguments":[],"invocationId":"x"}""")]
    [InlineData("""{"type":1,"target":"Dispose","arguments":[],"invocationId":"x"}""")]
    [InlineData("""{"type":1e0}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task HubFrame_ThatIsNone_HurtsNobody(string frame)
    {
        await using var bystander = await Hub.Connect(shared.Program.Address, Tokens.Of("frames-bystander"));
        await using (var hub = await Hub.Connect(
            shared.Program.Address, Tokens.Of($"frames{Math.Abs(frame.GetHashCode(StringComparison.Ordinal))}")))
            await hub.Send(frame);
        await bystander.Invoke("b", "GetOpenCalls", "");
        Assert.Null(await bystander.Outcome("b"));
    }

    [Fact]
    public async Task HubFrames_ThatAreDeepLargeOrBroken_CloseTheirConnection()
    {
        var deep =
            $$"""{"type":1,"target":"SendSignal","invocationId":"x","arguments":[{"payload":{{new string('[', 20_000)}}{{new string(']', 20_000)}}}]}""";
        await Closes(hub => hub.Send(deep));
        await Closes(hub => hub.SendBytes([.. """{"type":1,"target":"""u8, (byte)'"', 0xff, (byte)'"', (byte)'}', 0x1e]));
        await Closes(async hub =>
        {
            // A megabyte in a thousand pieces that never become a message.
            foreach (var _ in Enumerable.Range(0, 1_000))
                await hub.SendBytes(Encoding.UTF8.GetBytes(new string(' ', 1_024)), end: false);
        });
        await shared.AssertWorks();
        Assert.DoesNotContain(shared.Program.Log, line => line.Contains("StackOverflow", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"protocol":"messagepack","version":1}""")]
    [InlineData("""{"protocol":"json","version":99}""")]
    [InlineData("""{"protocol":"json"}""")]
    [InlineData("nonsense")]
    public async Task HubHandshake_ThatIsNone_IsClosed(string handshake)
    {
        await using var hub = await Hub.Open(
            shared.Program.Address, Tokens.Of($"shake{Math.Abs(handshake.GetHashCode(StringComparison.Ordinal))}"));
        await hub.Send(handshake);
        await hub.Closed();
    }

    [Theory]
    [InlineData("GET", "/socket.io/?EIO=4&transport=polling&sid=none")]
    [InlineData("GET", "/socket.io/?EIO=3&transport=polling")]
    [InlineData("GET", "/socket.io/?EIO=4&transport=smoke")]
    [InlineData("POST", "/socket.io/?EIO=4&transport=polling")]
    [InlineData("GET", "/socket.io/?EIO=4&transport=websocket")]
    [InlineData("DELETE", "/socket.io/?EIO=4&transport=polling&sid=none")]
    public async Task SocketIoRequest_ThatIsNone_IsRefused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await shared.Program.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("42[\"x\"]")]
    [InlineData("451-[\"x\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("bAAAA")]
    [InlineData("4399999[]")]
    [InlineData("\u001e\u001e\u001e")]
    [InlineData("40{\u001e40{")]
    public async Task SocketIoPackets_BeforeTheConnect_EndTheSession(string body)
    {
        await using var client = await EngineClient.Open(shared.Program.Address);
        await client.Send(body);
        await client.Send("3");
        await shared.AssertWorks();
    }

    private async Task Closes(Func<Hub, Task> attack)
    {
        await using var hub = await Hub.Connect(shared.Program.Address, Tokens.Of("breaker-" + Guid.NewGuid().ToString("N")));
        try
        {
            await attack(hub);
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            // Closed while it was still speaking.
        }

        await hub.Closed();
    }
}
