using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>001: what clients must not send, and that it disturbs nobody else.</summary>
public sealed class NotificationRefusalTests(NotificationRefusalTests.Shared shared)
    : IClassFixture<NotificationRefusalTests.Shared>
{
    private Service Service => shared.Service;

    [Theory]
    [InlineData("{", "invalid_argument")]
    [InlineData("[]", "invalid_argument")]
    [InlineData("\"call.end\"", "invalid_argument")]
    [InlineData("{}", "invalid_argument")]
    [InlineData("""{"type":5}""", "invalid_argument")]
    [InlineData("""{"type":"chat.message","text":"hello"}""", "invalid_argument")]
    [InlineData("""{"type":"call.end"}""", "invalid_argument")]
    [InlineData("""{"type":"call.end","call_id":{}}""", "invalid_argument")]
    [InlineData("""{"type":"call.end","call_id":"not an id"}""", "invalid_argument")]
    [InlineData("""{"type":"call.end","call_id":"CALL_17637599232099"}""", "not_found")]
    [InlineData("""{"type":"call.answer","call_id":"none","answer":"v=0"}""", "invalid_argument")]
    [InlineData("""{"type":"call.answer","call_id":"none","answer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"type":"call.answer","call_id":"none","answer":{"type":"answer","sdp":"v=0"}}""", "not_found")]
    [InlineData("""{"type":"call.offer","call_id":"none"}""", "invalid_argument")]
    [InlineData("""{"type":"call.reject","call_id":"none","reason":7}""", "not_found")]
    public async Task Message_ThatIsWrong_IsAnsweredWithItsCode_TheSocketLives(string message, string code)
    {
        await using var page = await NotificationPage.Open(Service, "w", program: Guid.NewGuid().ToString());
        await page.Notices.SendText(message);
        Assert.Equal(code, (string?)(await page.Notices.Hears("call.error"))["code"]);
        await page.Notices.SendText("""{"type":"call.end","call_id":"none"}""");
        Assert.Equal(("not_found", "none"), await Error(page));
    }

    [Fact]
    public async Task Stranger_CannotTouchACall()
    {
        await using var alice = await NotificationPage.Open(Service, "s1");
        await using var bob = await NotificationPage.Open(Service, "s2");
        await using var mallory = await NotificationPage.Open(Service, "s3");
        var call = await alice.Call("s2", "9");
        await bob.Notices.Hears("call.offer", call);
        foreach (var type in new[] { "call.offer", "call.answer", "call.ice_candidate", "call.reject", "call.end" })
        {
            await mallory.Notices.Send(new
            {
                type, call_id = call, caller_id = "s1", receiver_id = "s2", candidate = new { },
                offer = new { type = "offer", sdp = "x" },
                answer = new { type = "answer", sdp = "x" },
            });
            Assert.Equal(("forbidden", call), await Error(mallory));
        }

        await bob.SendAnswer(call);
        Assert.Equal("call.answer", (string?)(await alice.Notices.HearsNext())["type"]);
    }

    [Fact]
    public async Task LateAnswer_ToACallThatIsOver_IsToldThatItIsOver()
    {
        await using var alice = await NotificationPage.Open(Service, "l1");
        await using var bob = await NotificationPage.Open(Service, "l2");
        var call = await alice.Call("l2", "9");
        await bob.Notices.Hears("call.offer", call);
        await alice.Notices.Send(new { type = "call.end", call_id = call });
        await bob.Notices.Hears("call.end", call);
        await bob.SendAnswer(call);
        Assert.Equal(("ended", call), await Error(bob));
        await bob.Notices.Hears("call.end", call);
    }

    [Theory]
    [InlineData("""{"call_type":"voice","conversation_id":"9"}""", 400)]
    [InlineData("""{"receiver_id":"x","conversation_id":"9"}""", 400)]
    [InlineData("""{"receiver_id":"x","call_type":"smell"}""", 400)]
    [InlineData("""{"receiver_id":["x"],"call_type":"voice"}""", 400)]
    [InlineData("""{"receiver_id":"me","call_type":"voice"}""", 400)]
    [InlineData("""{"receiver_id":"x","call_type":"voice","ring_seconds":5}""", 400)]
    [InlineData("{", 400)]
    public async Task Initiate_ThatIsWrong_IsRefused(string body, int status)
    {
        var (got, problem) = await Service.Send(HttpMethod.Post, "/calls/initiate/", Service.Token("me"), body);
        Assert.Equal((status, "invalid_argument"), (got, (string?)problem!["code"]));
        Assert.NotNull(problem["detail"]);
    }

    [Fact]
    public async Task WithoutAToken_NothingOpens()
    {
        var body = new { receiver_id = "x", call_type = "voice" };
        Assert.Equal(401, (await Service.Send(HttpMethod.Post, "/calls/initiate/", null, body)).Status);
        foreach (var path in new[] { "/ws/notifications/", "/ws/notifications/?token=nonsense", "/ws/chat/9/" })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => PlainClient.Connect(Service.Address, path));
            Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(400, (await Service.Send(HttpMethod.Get, "/ws/notifications/", Service.Token("x"))).Status);
    }

    private static async Task<(string? Code, string? CallId)> Error(NotificationPage page)
    {
        JsonNode error = await page.Notices.Hears("call.error");
        return ((string?)error["code"], (string?)error["call_id"]);
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start();

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
