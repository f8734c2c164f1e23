using OrleansCalls.Push;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Grains;

/// <summary>Test rings through the grain: who is sent what, who is waited for, and that nothing of it stays.</summary>
public sealed class TestRingScenarios : IAsyncLifetime
{
    private CallsCluster _calls = null!;

    public async Task InitializeAsync() => _calls = await CallsCluster.Start();

    public async Task DisposeAsync() => await _calls.DisposeAsync();

    [Fact]
    public async Task DevicesThatAcknowledge_RingByEachWay_AndTheTestEndsAtOnce()
    {
        await Token("phone", "t1");
        var laptop = await _calls.Connect("bob", "laptop");

        var test = Test("ok");
        var push = await _calls.Pushes.Next();
        Assert.Equal((PushType.TestRing, "ok", "phone"), (push.Type, push.CallId, push.DeviceId));
        Assert.True(push.TimeToLive <= TestRingRun.Limit);
        var token = await new ActionKeys(_calls.Grains, TimeProvider.System).Read(push.ActionToken!);
        Assert.Equal(("ok", "bob", "phone"), (token?.CallId, token?.UserId, token?.DeviceId));
        Assert.Equal("ok", (await laptop.Hears<TestRing>()).TestId);
        Assert.True(await Bob.AckTestRing("ok", "laptop", overSocket: true));
        Assert.True(await Bob.AckTestRing("ok", "phone", overSocket: false));

        var report = (await test).Report!;
        Assert.True(report.DurationMs < TestRingRun.Limit.TotalMilliseconds, report.Summary);
        Assert.Equal(["laptop", "phone"], report.Devices.Select(device => device.DeviceId));
        Assert.All(report.Devices, device => Assert.Equal(TestRingVerdict.Rings, device.Verdict));
        Assert.False(await Bob.AckTestRing("ok", "phone", overSocket: false));
        Assert.Empty(laptop.Rest());
    }

    [Fact]
    public async Task DeviceThatVanished_AndATokenThatIsRefused_AreSaid_AndTheTokenIsDropped()
    {
        _calls.Pushes.Answer = (_, _) => Task.FromResult(new PushResult { Error = "unregistered", TokenUnregistered = true });
        await Token("phone", "t1");
        var phone = await _calls.Connect("bob", "phone");
        phone.Vanish();

        var device = Assert.Single((await Test("gone")).Report!.Devices);

        Assert.Equal(TestRingVerdict.Silent, device.Verdict);
        Assert.Equal(
            ["event_sent:not_connected", "push_sent:unregistered"],
            device.Steps.Where(step => step.Outcome == TestRingOutcome.Failed)
                .Select(step => $"{EnumNames.Snake(step.Stage)}:{step.Error}"));
        await Until.Seen(() => Bob.Inspect(), bob => bob.PushDevices.IsEmpty, "bob without a device that is pushed to");
    }

    [Fact]
    public async Task DeviceThatHangs_IsWaitedForTenSecondsAtMost_AndAnotherTestMeanwhileIsRefused()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Pushes.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ContinueWith(
                _ => stopped.TrySetResult(), TaskScheduler.Default);
            return new PushResult { Error = "given_up" };
        };
        await Token("phone", "t1");
        var laptop = await _calls.Connect("bob", "laptop");
        var test = Test("slow");
        await laptop.Hears<TestRing>();

        var second = await Test("meanwhile");
        Assert.Equal(CallErrorCode.RateLimited, second.Error?.Code);
        // A call that comes meanwhile rings as ever.
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("real", "bob");
        Assert.Equal("real", (await laptop.Hears<CallIncoming>()).CallId);

        var report = (await test).Report!;
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.InRange(report.DurationMs, TestRingRun.Limit.TotalMilliseconds - 100, 14_000);
        Assert.Equal("event_acked:timeout", Failed(report, "laptop")[0]);
        Assert.StartsWith("push_sent:", Failed(report, "phone")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyAtAll_IsAnsweredAtOnce_AndLeavesNoRow()
    {
        var report = (await _calls.Grains.GetUser("nobody").TestRing(new TestRingRequest { TestId = "none" })).Report!;
        Assert.Empty(report.Devices);
        Assert.StartsWith("The user has no device", report.Summary, StringComparison.Ordinal);
        Assert.Equal(0, _calls.Storage.Rows("user"));
    }

    private IUserGrain Bob => _calls.Grains.GetUser("bob");

    private Task<TestRingReply> Test(string testId) => Bob.TestRing(new TestRingRequest { TestId = testId });

    private async Task Token(string deviceId, string token) =>
        Assert.Null(await _calls.Grains.GetPushToken(PushProvider.Fcm, token).Give(PushProvider.Fcm, token, "bob", deviceId));

    private static List<string> Failed(TestRingReport report, string deviceId) =>
    [
        .. report.Devices.Single(device => device.DeviceId == deviceId).Steps
            .Where(
                step => step.Outcome == TestRingOutcome.Failed
                    && step.Stage is not (TestRingStage.Connected or TestRingStage.Token))
            .Select(step => $"{EnumNames.Snake(step.Stage)}:{step.Error}"),
    ];
}
