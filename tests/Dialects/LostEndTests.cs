using System.Net.Http.Headers;
using System.Text;

namespace OrleansCalls.Tests.Dialects;

/// <summary>What ends a call happens whatever it carries, and an invite that is refused stops its caller's ringing.</summary>
public sealed class LostEndTests() : SocketIoTestBase("Rooms:0:Id=!room:localhost", "Rooms:0:Members=a,b", "Calls:PairRings=3")
{
    private static readonly object Offer = new { type = "offer", sdp = "v=0" };
    private static readonly string Long = new string('x', 127) + "\U0001f600" + new string('y', 50);

    public static TheoryData<string, string?> Reasons() => new()
    {
        { $"\"{Long}\"", new string('x', 127) },
        { """{"code":4}""", null },
        { "false", null },
        { "[1]", null },
        { "4", "4" },
        { "null", null },
    };

    [Theory, MemberData(nameof(Reasons))]
    public async Task OverTheHubAndRest_AReason_IsCutOrDropped(string reason, string? told)
    {
        await using var alice = await Service.Connect("a", "a1");
        await using var bob = await Service.Connect("b", "b1");
        foreach (var (path, socket) in new[] { ("", true), ("/api/v1/calls", false), ("/calls", false), ("/api/calls", false) })
        {
            var call = (string)(await alice.Call("StartCall", new { calleeIds = new[] { "b" }, media = "audio" }))!["callId"]!;
            await bob.Hears("CallIncoming", call);
            if (socket)
                await bob.Call(
                    "RejectCall", System.Text.Json.Nodes.JsonNode.Parse($$"""{"callId":"{{call}}","reason":{{reason}}}""")!);
            else
                Assert.Equal(
                    200,
                    (await Service.Send(
                        HttpMethod.Post, $"{path}/{call}/reject", Service.Token("b"), $$"""{"reason":{{reason}}}""")).Status);
            var heard = (string?)(await alice.Hears("CallRejected", call))["reason"];
            Assert.Equal(told ?? (path is "/calls" or "/api/calls" ? "User declined" : null), heard);
            await Answered(alice, bob);
        }
    }

    [Theory]
    [InlineData("/api/v1/calls", "reject")]
    [InlineData("/api/v1/calls", "end")]
    [InlineData("/calls", "reject")]
    [InlineData("/api/calls", "reject")]
    [InlineData("/api/calls", "end")]
    public async Task BodyThatCannotBeRead_IsNone(string path, string what)
    {
        await using var alice = await Service.Connect("a", "a1");
        await using var bob = await Service.Connect("b", "b1");
        foreach (var (type, body) in new[]
        {
            ("application/x-www-form-urlencoded", "reason=no"), ("text/plain", "not now"), ("application/json", "{"),
            ("application/json", "[]"),
            ("application/json", "\"no\""),
        })
        {
            var call = (string)(await alice.Call("StartCall", new { calleeIds = new[] { "b" }, media = "audio" }))!["callId"]!;
            await bob.Hears("CallIncoming", call);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/{call}/{what}")
            {
                Content = new StringContent(body, Encoding.UTF8, type),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Service.Token("b")) },
            };
            using var answer = await Service.Http.SendAsync(request);
            Assert.Equal((type, body, 200), (type, body, (int)answer.StatusCode));
            Assert.Equal("rejected", (string?)(await alice.Hears("CallEnded", call))["reason"]);
            await Answered(alice, bob);
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task OverSockets_AReasonThatIsNone_EndsTheCall()
    {
        await using var alice = await Service.Connect("a", "a1");
        foreach (var reason in new object[] { Long, new { code = 4 }, false })
        {
            var channels = await Connect("b", "b0", "000");
            var call = await Ring(alice);
            await channels.Hears("call-invite", call);
            await channels.Emit("call-reject", new { channelId = call, reason });
            await alice.Hears("CallRejected", call);
            await channels.DisposeAsync();
            await Forget(alice);

            var agora = await Connect("b", "b2", "002");
            call = await Ring(alice);
            await agora.Hears("call:incoming", call);
            await agora.Emit("call:reject", new { callId = call, reason });
            await alice.Hears("CallRejected", call);
            await agora.DisposeAsync();
            await Forget(alice);

            await using var page = await NotificationPage.Open(Service, "b");
            call = await Ring(alice);
            await page.Notices.Hears("call.incoming", call);
            await page.Notices.Send(new { type = "call.end", call_id = call, reason });
            await alice.Hears("CallRejected", call);
            await Forget(alice);
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task RefusedInvite_EndsInTheWordOf000()
    {
        var alice = await Connect("a", dialect: "000");
        await alice.Emit("call-invite", new { channelId = "self", to = "a", offer = Offer });
        Assert.Equal("invalid_argument", (string?)(await alice.Hears("call-ended", "self"))["reason"]);
        await alice.Emit("call-invite", new { channelId = "no-offer", to = "b" });
        await alice.Hears("call-ended", "no-offer");
        await using (var carol = await Service.Connect("carol", "c1"))
            await carol.Call("StartCall", new { callId = "taken", calleeIds = new[] { "b" }, media = "audio" });
        await alice.Emit("call-invite", new { channelId = "taken", to = "b", offer = Offer });
        Assert.Equal("conflict", (string?)(await alice.Hears("call-ended", "taken"))["reason"]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await alice.Ask("call-invite", new { channelId = $"redial-{i}", to = "b", offer = Offer }));
            await alice.Emit("call-end", new { channelId = $"redial-{i}" });
            await alice.Hears("call-ended", $"redial-{i}");
        }

        await alice.Emit("call-invite", new { channelId = "once-more", to = "b", offer = Offer });
        Assert.Equal("rate_limited", (string?)(await alice.Hears("call-ended", "once-more"))["reason"]);
    }

    [Need(Need.SocketIoClient)]
    public async Task RefusedInvite_EndsInTheWordOf002_ButNotACallThatRings()
    {
        var alice = await Connect("a", dialect: "002");
        Assert.Equal(
            "invalid_argument",
            await alice.Ask("call:initiate", new { receiverId = "a", callId = "CALL_0", callType = "VIDEO" }));
        var ended = await alice.Hears("call:ended", "CALL_0");
        Assert.Equal("callId endedBy reason timestamp", SocketIoClient.Fields(ended));
        Assert.Equal("invalid_argument", (string?)ended["reason"]);

        Assert.Null(await alice.Ask("call:initiate", new { receiverId = "b", callId = "CALL_1", callType = "VIDEO" }));
        // Sent again with a mistake in it: the call under its id rings on.
        Assert.Equal(
            "invalid_argument",
            await alice.Ask("call:initiate", new { receiverId = "b", callId = "CALL_1", callType = "PICTURE" }));
        Assert.DoesNotContain("call:ended", await alice.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task CommandForACallThatIsNot_EndsInTheLanguagesWord()
    {
        var channels = await Connect("a", dialect: "000");
        await channels.Emit("call-accept", new { channelId = "none" });
        Assert.Equal("not_found", (string?)(await channels.Hears("call-ended", "none"))["reason"]);
        var agora = await Connect("a", "a2", "002");
        await agora.Emit("call:accept", new { callId = "none" });
        await agora.Hears("call:cancelled", "none");
        await using var page = await NotificationPage.Open(Service, "a");
        await page.SendAnswer("none");
        await page.Notices.Hears("call.end", "none");
    }

    [Need(Need.SocketIoClient)]
    public async Task EmptyReasonIn002_IsUserDeclined_AndTheCallerCannotDeclineWhatIsOver()
    {
        await using var alice = await Service.Connect("a", "a1");
        var bob = await Connect("b", "b2", "002");
        var call = await Ring(alice);
        await bob.Hears("call:incoming", call);
        await bob.Emit("call:reject", new { callId = call, reason = "" });
        Assert.Equal("User declined", (string?)(await alice.Hears("CallRejected", call))["reason"]);
        foreach (var path in new[] { "/calls", "/api/calls" })
        {
            var (status, body) = await Service.Send(HttpMethod.Post, $"{path}/{call}/reject", Service.Token("a"));
            Assert.Equal((403, "FORBIDDEN"), (status, (string?)body!["error"]!["code"]));
            Assert.Equal(200, (await Service.Send(HttpMethod.Post, $"{path}/{call}/reject", Service.Token("b"))).Status);
        }
    }

    private static async Task<string> Ring(HubClient alice) =>
        (string)(await alice.Call("StartCall", new { calleeIds = new[] { "b" }, media = "audio", offer = Offer }))!["callId"]!;

    // Rings that nobody answers count against the pair; one that is answered clears the count.
    private static async Task Answered(HubClient alice, HubClient bob)
    {
        var call = (string)(await alice.Call("StartCall", new { calleeIds = new[] { "b" }, media = "audio" }))!["callId"]!;
        await bob.Hears("CallIncoming", call);
        await bob.Call("AcceptCall", new { callId = call });
        await alice.Hears("CallAccepted", call);
        await alice.Call("EndCall", new { callId = call });
        await bob.Hears("CallEnded", call);
    }

    private async Task Forget(HubClient alice)
    {
        await using var bob = await Service.Connect("b", "hub");
        await Answered(alice, bob);
    }
}
