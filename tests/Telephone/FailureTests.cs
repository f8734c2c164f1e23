using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Telephone;

/// <summary>Asterisk cut off, restarted, slow, refusing, talking nonsense; callers who are gone at the worst moment.</summary>
public sealed class FailureTests : Telephones
{
    [Fact]
    public async Task WebSocketCut_InMidCall_TheTwoTalkOn_AndAreEndedAsEver()
    {
        await Rings("1.1");
        await Connects("1.1");
        await Ari.Until(() => (long)Figures().Result["successful_calls"]! == 1, "counted");
        Ari.CutSockets();
        await Ari.UntilListened();
        Assert.Equal("active", (string?)(await Call("1.1"))["state"]);
        Assert.Equal("Up", Ari.Channel("1.1")!.State);
        await Act("1.1", "hangup");
        await IsHungUp("1.1", "normal");
        await IsHungUp(MobileOf("1.1"), "normal");
        Assert.Single(Ari.Originated);
        Assert.Equal(1, (long)(await Figures())["total_calls"]!);
        Assert.Equal(1, (long)(await Figures())["successful_calls"]!);
    }

    [Fact]
    public async Task WebSocketCut_CallerHangsUpMeanwhile_TheCallIsEndedOnReturn()
    {
        await Rings("2.1");
        Ari.CutSockets();
        Ari.HangsUp("2.1");
        Assert.Equal("cancelled", await EndReason("2.1"));
        await Push("call_cancelled", "2.1");
    }

    [Fact]
    public async Task WebSocketCut_WhileRinging_TheAppIsBridgedOnReturn()
    {
        await Rings("3.1");
        Ari.CutSockets();
        Assert.Equal(200, (await Act("3.1", "accept_ready")).Status);
        await Ari.Until(() => Ari.Channel(MobileOf("3.1")) is { Subscribed: true }, "the app is called");
        Ari.Answers(MobileOf("3.1"));
        await Ari.Until(() => Ari.Bridge(BridgeOf("3.1")) is { Count: 2 }, "both are in a bridge");
        Assert.Single(Ari.Originated);
        Assert.Equal(1, Pushes("incoming_call"));
    }

    [Theory]
    [InlineData("ring")]
    [InlineData("answer")]
    [InlineData("addChannel")]
    public async Task CallerGone_WhenItsChannelIsAskedFor_NothingIsLeft(string when)
    {
        Ari.Instead = asked =>
        {
            if (asked.EndsWith(when, StringComparison.Ordinal))
                Ari.HangsUp("4.1");
            return Task.FromResult<IResult?>(null);
        };
        Assert.True(Ari.Rings("4.1", Number, "100"));
        if (when == "ring")
        {
            await Ari.Until(() => Ari.Gone.ContainsKey("4.1"), "gone");
            await Rings("4.2", number: "+1");
            Assert.Equal(1, Pushes("incoming_call"));
            // A bridge that had to look again has begun the call and ended it; the other has not begun it.
            Assert.Contains((await Act("4.1", "accept")).Status, new[] { 404, 410 });
            return;
        }

        await Push("incoming_call", "4.1");
        await Act("4.1", "accept_ready");
        await Ari.Until(() => Ari.Channel(MobileOf("4.1")) is { Subscribed: true }, "the app is called");
        Ari.Answers(MobileOf("4.1"));
        await IsHungUp(MobileOf("4.1"), "normal");
        Assert.NotNull(await EndReason("4.1"));
        await Ari.Until(() => Ari.Bridge(BridgeOf("4.1")) is null, "no bridge is left");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Originate_Refused_CallerHearsBusy(int status)
    {
        Ari.Instead = asked => Task.FromResult(
            asked == "POST channels" ? Results.Json(new { message = "Allocation failed" }, statusCode: status) : null);
        await Rings("5.1");
        await Act("5.1", "accept_ready");
        await IsBusy("5.1");
        await HasFailed("5.1");
    }

    [Fact]
    public async Task AnswersLost_AreAskedForAgain_AndNothingIsDoneTwice()
    {
        var lost = new HashSet<string>();
        Ari.LosesAnswer = asked =>
        {
            lock (lost)
                return asked.StartsWith("POST", StringComparison.Ordinal) && lost.Add(asked);
        };
        await Rings("6.1");
        await Connects("6.1");
        Assert.Single(Ari.Originated);
        Assert.Equal(2, Ari.Requests.Count(asked => asked == "POST channels"));
    }

    [Fact]
    public async Task SlowAnswer_ForOneCall_HoldsUpNoOther()
    {
        var answer = new TaskCompletionSource<IResult?>();
        Ari.Instead = asked => asked == "POST channels/7.1/ring" ? answer.Task : Task.FromResult<IResult?>(null);
        Assert.True(Ari.Rings("7.1", Number, "100"));
        await Rings("7.2", extension: "101");
        answer.SetResult(null);
        await Push("incoming_call", "7.1");
    }

    [Fact]
    public async Task AsteriskGone_InMidCall_TheCallIsLost_AndTheNextOneWorks()
    {
        await Rings("8.1");
        await Connects("8.1");
        await Ari.Crash();
        await Ari.Until(() => Health().Result == "degraded", "degraded");
        // What is left of the conversation's 30 s without the caller's device.
        Clock.Forward(TimeSpan.FromSeconds(31));
        Assert.Equal("lost", await EndReason("8.1"));
        await Ari.Run();
        await Ari.UntilListened();
        await Ari.Until(() => Health().Result == "healthy", "healthy");
        await Rings("8.2");
    }

    [Fact]
    public async Task Nonsense_OverTheWebSocket_DisturbsNothing()
    {
        await Rings("9.1");
        foreach (var text in new[]
        {
            "", "{", "[]", "null", "7", """{"type":7}""", """{"type":"StasisStart"}""", """{"type":"StasisStart","channel":{}}""",
            """{"type":"StasisStart","channel":{"id":"9.1"}}""", """{"type":"StasisEnd","channel":{"id":"unknown"}}""",
            """{"type":"PeerStatusChange","peer":{}}""", """{"type":"ChannelDestroyed","channel":{"id":null}}""",
            $$"""{"type":"ChannelVarset","value":"{{new string('x', 100_000)}}"}""",
        })
            Ari.SaysRaw(Encoding.UTF8.GetBytes(text));
        Ari.SaysRaw([1, 2, 3, 255], WebSocketMessageType.Binary);
        await Connects("9.1");
        Assert.Single(Ari.Originated);
    }

    [Theory]
    [InlineData("100/../1")]
    [InlineData("100&PJSIP/200")]
    [InlineData("")]
    public async Task ExtensionThatIsNone_IsBusy(string extension)
    {
        Assert.True(Ari.Rings("10.1", Number, extension));
        await IsBusy("10.1");
    }

    [Fact]
    public async Task SameNumber_OnASecondLine_IsBusy_AndTheFirstGoesOn_AnotherExtensionRings()
    {
        await Rings("11.1");
        Assert.True(Ari.Rings("11.2", Number, "100"));
        await IsBusy("11.2");
        await Rings("11.3", extension: "101");
        Assert.Equal("ringing", (string?)(await Call("11.1"))["state"]);
        // Withheld numbers are not one caller.
        await Rings("11.4", number: "anonymous");
        await Rings("11.5", number: "");
        Assert.Equal("ringing", (string?)(await Call("11.4"))["state"]);
    }

    [Fact]
    public async Task BusyExtension_CallerHearsBusyAtOnce()
    {
        await Rings("12.1");
        await Connects("12.1");
        Assert.True(Ari.Rings("12.2", "+1", "100"));
        await IsBusy("12.2");
        Assert.Equal("busy", await EndReason("12.2"));
    }

    [Fact]
    public async Task BridgeThatCannotBeMade_IsAFailure()
    {
        Ari.Instead = asked => Task.FromResult(asked.StartsWith("POST bridges", StringComparison.Ordinal)
            ? Results.Json(new { message = "Unable to create bridge" }, statusCode: 500)
            : null);
        await Rings("13.1");
        await Act("13.1", "accept_ready");
        await Ari.Until(() => Ari.Channel(MobileOf("13.1")) is { Subscribed: true }, "the app is called");
        Ari.Answers(MobileOf("13.1"));
        await IsHungUp(MobileOf("13.1"), "normal");
        await HasFailed("13.1");
        Assert.Equal((1, 0), ((long)(await Figures())["total_calls"]!, (long)(await Figures())["successful_calls"]!));
    }

    private async Task<string?> Health() =>
        (string?)(await Service.Send(HttpMethod.Get, "/health/ready", null)).Body!["checks"]!["ari"];
}
