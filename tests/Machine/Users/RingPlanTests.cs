using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>One ring: each device is sent it once, and pushed once if it does not say that it is alerting. Numbers are those of the race list.</summary>
public sealed class RingPlanTests
{
    private static readonly DateTimeOffset Now = Bench.T0;
    private static readonly string[] Both = ["B1", "B2"];

    [Fact]
    public void Push_ForADeviceWithoutSocket_IsDueAtOnceAndOnce()
    {
        var ring = New();
        Assert.Equal(Now, ring.NextPush(Both, Now));
        Assert.Equal(Both, ring.TakePushes(Both, Now));
        Assert.Empty(ring.TakePushes(Both, Now.AddSeconds(30)));
        Assert.Null(ring.NextPush(Both, Now));
        Assert.Equal(Both, ring.Pushed.Order());
    }

    [Theory, Trait("race", "23"), InlineData(1.999, false), InlineData(2, true), InlineData(30, true)]
    public void Push_ForAConnectedDeviceThatSaysNothing_IsDueAfterTheAckWindow(double at, bool due)
    {
        var ring = New();
        Assert.True(ring.TakeSend("B1", Now));
        Assert.Equal(Now.AddSeconds(2), ring.NextPush(["B1"], Now));
        Assert.Equal(due, ring.TakePushes(["B1"], Now.AddSeconds(at)).Length == 1);
    }

    [Fact]
    public void Push_BeingTriedAgain_StopsForTheDeviceThatAlerts_AndForAllAtTheEnd()
    {
        var ring = New();
        var (first, second) = (ring.StopFor("B1"), ring.StopFor("B2"));
        ring.Ack("B1");
        Assert.Equal((true, false), (first.IsCancellationRequested, second.IsCancellationRequested));
        ring.Dispose();
        Assert.True(second.IsCancellationRequested);
    }

    [Fact]
    public void Push_ThatFailed_IsDueAgainWithAnotherTokenOnly()
    {
        var ring = New();
        ring.TakePushes(Both, Now);
        ring.PushFailed("B1");
        Assert.Empty(ring.TakePushes(Both, Now));
        ring.TokenChanged("B1");
        ring.TokenChanged("B2");
        Assert.Equal("B1", Assert.Single(ring.TakePushes(Both, Now)));
    }

    [Fact, Trait("race", "23")]
    public void Push_ForADeviceThatAcknowledged_NeverComes()
    {
        var ring = New();
        ring.TakeSend("B1", Now);
        ring.Ack("B1");
        Assert.Empty(ring.TakePushes(["B1"], Now.AddSeconds(50)));
        Assert.Null(ring.NextPush(["B1"], Now));
        ring.SendFailed("B1");
        Assert.Empty(ring.TakePushes(["B1"], Now.AddSeconds(50)));
    }

    [Fact]
    public void Push_OfOneDevice_DoesNotWaitForAnother()
    {
        var ring = New();
        ring.TakeSend("B1", Now);
        Assert.Equal("B2", Assert.Single(ring.TakePushes(Both, Now)));
        Assert.Equal("B1", Assert.Single(ring.TakePushes(Both, Now.AddSeconds(2))));
    }

    [Fact]
    public void Push_WithTwoTokensOfOneDevice_IsOnePush() =>
        Assert.Equal("B1", Assert.Single(New().TakePushes(["B1", "B1"], Now)));

    [Fact, Trait("race", "20")]
    public void Push_WhenTheSocketTurnsOutToBeGone_IsDueAtOnce()
    {
        var ring = New();
        ring.TakeSend("B1", Now);
        ring.SendFailed("B1");
        Assert.Equal("B1", Assert.Single(ring.TakePushes(["B1"], Now)));
        Assert.True(ring.TakeSend("B1", Now), "It is sent the ring again when it comes back.");
    }

    [Fact, Trait("race", "17")]
    public void ReRing_AfterACrash_DoesNotPushTwice()
    {
        var ring = New();
        ring.MarkPushed(["B1"]);
        Assert.Equal("B2", Assert.Single(ring.TakePushes(Both, Now)));
        Assert.True(ring.TakeSend("B1", Now));
    }

    [Fact, Trait("race", "10")]
    public void Device_ThatConnectsWhileItRings_IsSentTheRingOnce()
    {
        var ring = New();
        ring.TakePushes(["B1"], Now);
        Assert.True(ring.TakeSend("B1", Now.AddSeconds(9)));
        Assert.False(ring.TakeSend("B1", Now.AddSeconds(10)));
    }

    private static RingPlan New() => new(
        new CallIncoming
        {
            CallId = "c",
            Call = new Call
            {
                CallId = "c", Caller = new Caller { Id = "A" }, Media = CallMedia.Audio, State = CallPhase.Ringing,
                RingUntil = Now.AddSeconds(60), CreatedAt = Now, Seq = 1, Legs = [],
            },
        },
        TimeSpan.FromSeconds(2));
}
