using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>
/// One ring: each device is sent it once, and pushed once if it does not acknowledge; whoever was pushed is told to stop. Numbers
/// are those of the race list.
/// </summary>
public sealed class RingMachineTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    private readonly List<string> _connected = [];
    private readonly List<DeviceToken> _tokens = [];
    private RingState _ring = new();
    private DateTimeOffset? _until = Now.AddSeconds(60);

    [Fact]
    public void Push_OfADeviceWithoutSocket_GoesAtOnceAndOnce()
    {
        With(sleeping: ["B1", "B2"]);
        Assert.Equal("push B1, push B2", Do(new RingReceived([])));
        Assert.Equal("", Do(new RingTick(), at: 30));
        Assert.Null(NextPush());
    }

    [Theory, Trait("race", "23"), InlineData(1.999, ""), InlineData(2, "push B1"), InlineData(30, "push B1")]
    public void Push_OfAConnectedDeviceThatSaysNothing_GoesAfterTheAckWindow(double at, string expected)
    {
        With(connected: ["B1"]);
        Assert.Equal("send B1", Do(new RingReceived([])));
        Assert.Equal(Now.AddSeconds(2), NextPush());
        Assert.Equal(expected, Do(new RingTick(), at));
    }

    [Fact, Trait("race", "23")]
    public void Push_OfADeviceThatAcknowledged_NeverGoes_AlsoWhenItsSocketIsGone()
    {
        With(connected: ["B1"]);
        Do(new RingReceived([]));
        Do(new RingAcked("B1"), at: 1);
        Assert.Null(NextPush());
        Assert.Equal("", Do(new RingTick(), at: 50));
        _connected.Clear();
        Assert.Equal("", Do(new RingDeviceGone("B1"), at: 51));
    }

    [Fact]
    public void Push_OfOneDevice_DoesNotWaitForAnother()
    {
        With(connected: ["B1"], sleeping: ["B2"]);
        Assert.Equal("send B1, push B2", Do(new RingReceived([])));
        Assert.Equal("push B1", Do(new RingTick(), at: 2));
    }

    [Fact]
    public void Push_OfTwoConnectedDevices_GoesAtTheEndOfEachOnesAckWindow()
    {
        With(connected: ["B1"]);
        Do(new RingReceived([]));
        With(connected: ["B2"]);
        Assert.Equal("send B2", Do(new RingDeviceConnected(), at: 1));
        Assert.Equal(Now.AddSeconds(2), NextPush());
        Assert.Equal("push B1", Do(new RingTick(), at: 2));
        Assert.Equal(Now.AddSeconds(3), NextPush());
        Assert.Equal("push B2", Do(new RingTick(), at: 3));
    }

    [Fact, Trait("race", "20")]
    public void Push_WhenTheSocketTurnsOutToBeGone_GoesAtOnce_AndTheRingAgainWhenItIsBack()
    {
        With(connected: ["B1"]);
        Do(new RingReceived([]));
        _connected.Clear();
        Assert.Equal("push B1", Do(new RingDeviceGone("B1"), at: 0.5));
        _connected.Add("B1");
        Assert.Equal("send B1", Do(new RingDeviceConnected(), at: 1));
    }

    [Fact, Trait("race", "10")]
    public void Device_ThatConnectsWhileItRings_IsSentTheRingOnce()
    {
        With(sleeping: ["B1"]);
        Do(new RingReceived([]));
        _connected.Add("B1");
        Assert.Equal("send B1", Do(new RingDeviceConnected(), at: 9));
        Assert.Equal("", Do(new RingDeviceConnected(), at: 10));
    }

    [Fact, Trait("race", "17")]
    public void Ring_ToldAgainAfterACrash_PushesNobodyTwice()
    {
        With(sleeping: ["B1", "B2"]);
        Assert.Equal("push B2", Do(new RingReceived(["B1"])));
        Assert.Equal("", Do(new RingReceived(["B1", "B2"]), at: 1));
    }

    [Fact]
    public void Push_ThatFailed_GoesAgainByAnotherTokenOnly()
    {
        With(sleeping: ["B1", "B2"]);
        Do(new RingReceived([]));
        Assert.Equal("", Do(new RingPushEnded(Token("B1"), Accepted: false)));
        Assert.Equal("", Do(new RingTick(), at: 5));
        Assert.Equal("", Do(new RingTokenSet("B2"), at: 6));
        Assert.Equal("push B1", Do(new RingTokenSet("B1"), at: 7));
    }

    [Fact]
    public void Push_ThatFails_GoesAtOnceByTheTokenThatWasSetMeanwhile()
    {
        With(sleeping: ["B1"]);
        Do(new RingReceived([]));
        _tokens[0] = _tokens[0] with { Token = "another" };
        Assert.Equal("", Do(new RingTokenSet("B1"), at: 1));
        Assert.Equal("push B1", Do(new RingPushEnded(Token("B1"), Accepted: false), at: 2));
        Assert.Equal("", Do(new RingPushEnded(_tokens[0], Accepted: false), at: 3));
    }

    [Fact]
    public void Push_BeingTriedAgain_StopsForTheDeviceThatAlerts_AndForAllAtTheEnd()
    {
        With(sleeping: ["B1", "B2"]);
        Do(new RingReceived([]));
        Assert.Equal("stop trying B1", Do(new RingAcked("B1"), at: 1));
        Assert.Equal("", Do(new RingPushEnded(Token("B1"), Accepted: false), at: 1));
        Assert.Equal("stop trying B2", Do(new RingStopped(), at: 5));
    }

    [Fact]
    public void Push_AfterTheTimeOfTheRing_DoesNotGo_AndIsNotWaitedFor()
    {
        With(connected: ["B1"], sleeping: ["B2"]);
        _until = Now.AddSeconds(2);
        Assert.Equal("send B1, push B2", Do(new RingReceived([])));
        Assert.Null(NextPush());
        Assert.Equal("", Do(new RingTick(), at: 2));
    }

    [Fact]
    public void Nothing_IsSent_WhileTheCallDoesNotRing()
    {
        With(connected: ["B1"], sleeping: ["B2"]);
        _until = null;
        Assert.Equal("", Do(new RingReceived([])));
        Assert.Null(NextPush());
    }

    [Fact]
    public void End_TellsThePushedToStop_NeverByPushKit_NorWhereNoRingWent()
    {
        With(connected: ["B1"], sleeping: ["B2", "B3", "B4"]);
        _tokens[2] = _tokens[2] with { Provider = PushProvider.ApnsVoip };
        Do(new RingReceived([]));
        Do(new RingPushEnded(Token("B2"), Accepted: true));
        Do(new RingPushEnded(Token("B3"), Accepted: true));
        Do(new RingPushEnded(Token("B4"), Accepted: false));
        Assert.Equal("cancel B2", Do(new RingStopped(), at: 1));
    }

    [Fact]
    public void Cancel_WaitsForTheOutcomeOfItsPush()
    {
        With(sleeping: ["B1", "B2"]);
        Do(new RingReceived([]));
        Assert.Equal("stop trying B1, stop trying B2", Do(new RingStopped(), at: 1));
        Assert.Equal("cancel B1", Do(new RingPushEnded(Token("B1"), Accepted: true), at: 2));
        Assert.Equal("", Do(new RingPushEnded(Token("B2"), Accepted: false), at: 2));
    }

    [Fact]
    public void Decline_TellsTheOtherDevicesToStop()
    {
        Pushed("B1", "B2");
        Assert.Equal("cancel B2", Do(new RingStopped(DeclinedOn: "B1"), at: 1));
    }

    [Theory]
    [InlineData("B1", "cancel B2")]
    [InlineData("laptop", "cancel B1, cancel B2")]
    [InlineData("001-0123456789abcdef-01234567-0123456789ab", "cancel B1, cancel B2")]
    [InlineData("socketio-0123456789abcdef-01234567-0123456789ab", "")]
    [InlineData(null, "")]
    public void Answer_TellsThoseToStop_ThatAreSurelyOthers(string? device, string expected)
    {
        Pushed("B1", "B2");
        Assert.Equal(expected, Do(new RingAnswered(device), at: 1));
    }

    [Fact]
    public void Answer_OnAnUnnamedSocketWithItsOwnToken_TellsTheOthersToStop()
    {
        const string Unnamed = "socketio-0123456789abcdef-01234567-0123456789ab";
        Pushed("B1", Unnamed, "B2");
        Assert.Equal("cancel B1, cancel B2", Do(new RingAnswered(Unnamed), at: 1));
    }

    [Fact]
    public void Token_ThatBecomesAnotherUsers_IsToldToStop_OnceItsPushIsAccepted()
    {
        With(sleeping: ["B1", "B2"]);
        Do(new RingReceived([]));
        Do(new RingPushEnded(Token("B1"), Accepted: true));
        var (first, second) = (_tokens[0], _tokens[1]);
        _tokens.Clear();
        Assert.Equal("cancel B1", Do(new RingTokenForgotten(first), at: 1));
        Assert.Equal("", Do(new RingTokenForgotten(second), at: 1));
        Assert.Equal("cancel B2", Do(new RingPushEnded(second, Accepted: true), at: 2));
        Assert.Equal("", Do(new RingStopped(), at: 3));
    }

    private void With(string[]? connected = null, string[]? sleeping = null)
    {
        _connected.AddRange(connected ?? []);
        _tokens.AddRange([.. (connected ?? []).Concat(sleeping ?? []).Select(Token)]);
    }

    private void Pushed(params string[] devices)
    {
        With(sleeping: devices);
        Do(new RingReceived([]));
        foreach (var token in _tokens)
            Do(new RingPushEnded(token, Accepted: true));
    }

    /// <summary>Does something to the ring, so many seconds after the start, and says what was decided.</summary>
    private string Do(RingInput input, double at = 0)
    {
        var decision = RingMachine.Decide(_ring, input, Context(at));
        _ring = decision.Ring;
        return string.Join(", ", [
            .. decision.Send.Select(id => $"send {id}"),
            .. decision.Push.Select(token => $"push {token.DeviceId}"),
            .. decision.StopTrying.Select(id => $"stop trying {id}"),
            .. decision.Cancel.Select(token => $"cancel {token.DeviceId}")]);
    }

    private DateTimeOffset? NextPush() => RingMachine.NextPush(_ring, Context(0));

    private RingContext Context(double at) =>
        new(Now.AddSeconds(at), TimeSpan.FromSeconds(2), _until, [.. _connected], [.. _tokens]);

    private static DeviceToken Token(string deviceId) =>
        new() { DeviceId = deviceId, Provider = PushProvider.Fcm, Token = $"token of {deviceId}", SetAt = Now };
}
