using OrleansCalls.Push;

namespace OrleansCalls.Tests.Grains;

/// <summary>Callees whose phones sleep: what is pushed, when, by which token, and what is left undone.</summary>
public sealed class PushScenarios : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private CallsCluster _calls = null!;

    public async Task InitializeAsync() => _calls = await CallsCluster.Start();

    public async Task DisposeAsync() => await _calls.DisposeAsync();

    [Fact]
    public async Task Ring_BringsAnActionToken_ThatOutlivesARestart()
    {
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("woken", "bob");
        var text = (await _calls.Pushes.Next()).ActionToken!;

        await _calls.Restart();

        var token = await new ActionKeys(_calls.Grains, TimeProvider.System).Read(text);
        Assert.Equal(("woken", "bob", "phone"), (token?.CallId, token?.UserId, token?.DeviceId));
    }

    [Fact]
    public async Task Ring_KeysAreAway_IsPushedAllTheSame()
    {
        _calls.Storage.Fate = state => state == "actionkeys" ? WriteFate.Lost : WriteFate.Good;
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("keyless", "bob");
        Assert.Null((await _calls.Pushes.Next()).ActionToken);
        _calls.Storage.Fate = _ => WriteFate.Good;
    }

    [Fact]
    public async Task IPhoneWithBothTokens_IsRungByPushKitOnce_NeverToldToStop_AndToldOfTheMissedCallByFcm()
    {
        await Token("bob", "iphone", PushProvider.Fcm, "f");
        await Token("bob", "iphone", PushProvider.ApnsVoip, "v");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("both", "bob");
        Assert.Equal((PushType.CallIncoming, PushProvider.ApnsVoip), Kind(await _calls.Pushes.Next()));

        await alice.Do("both", new EndCall());

        Assert.Equal((PushType.CallMissed, PushProvider.Fcm), Kind(await _calls.Pushes.Next()));
        Assert.False(_calls.Pushes.TryNext(out _));
    }

    [Fact]
    public async Task Token_ThatSomebodyElseBrings_RingsNobodyElsesPhone()
    {
        await Token("bob", "phone", PushProvider.Fcm, "shared");
        await Token("carol", "phone-now-hers", PushProvider.Fcm, "shared");
        Assert.Empty((await _calls.Grains.GetUser("bob").Inspect()).PushDevices);
        var alice = await _calls.Connect("alice", "a1");

        await alice.Start("to-both", "bob", "carol");

        Assert.Equal("carol", (await _calls.Pushes.Next()).UserId);
        Assert.False(_calls.Pushes.TryNext(out _));
        await Token("bob", "phone", PushProvider.Fcm, "shared");
        Assert.Empty((await _calls.Grains.GetUser("carol").Inspect()).PushDevices);
    }

    [Fact]
    public async Task Token_ThatIsGone_LeavesNoRowBehind_AndCanComeBack()
    {
        await Token("bob", "phone", PushProvider.Fcm, "one");
        await Token("bob", "phone", PushProvider.Fcm, "two");
        await _calls.Grains.GetUser("bob").ClearPushToken("phone", PushProvider.Fcm);
        await Until.Seen(
            () => Task.FromResult(_calls.Storage.Rows("pushtoken")), rows => rows == 0, "a table of tokens without a row");

        await Token("carol", "phone", PushProvider.Fcm, "two");
        Assert.Equal(1, _calls.Storage.Rows("pushtoken"));
        Assert.Single((await _calls.Grains.GetUser("carol").Inspect()).PushDevices);
    }

    [Fact]
    public async Task SeventeenthDevice_TakesThePlaceOfTheOneWithTheOldestToken()
    {
        for (var device = 1; device <= CallLimits.Devices; device++)
            await Token("bob", $"d{device}", PushProvider.Fcm, $"t{device}");
        await Token("bob", "d1", PushProvider.Fcm, "t1-anew");

        await Token("bob", "d17", PushProvider.Fcm, "t17");

        var devices = (await _calls.Grains.GetUser("bob").Inspect()).PushDevices.Select(push => push.DeviceId).ToList();
        Assert.Equal(CallLimits.Devices, devices.Count);
        Assert.Contains("d1", devices);
        Assert.DoesNotContain("d2", devices);
    }

    [Fact]
    public async Task Reject_TellsThePushedPhonesToStop_ButNotTheOneThatRejected()
    {
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        await Token("bob", "tablet", PushProvider.Fcm, "t2");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("declined", "bob");
        await _calls.Pushes.Next();
        await _calls.Pushes.Next();

        await _calls.Grains.GetCall("declined").Execute(
            new RejectCall { Actor = new Actor { UserId = "bob", DeviceId = "phone" } });

        var cancel = await _calls.Pushes.Next();
        Assert.Equal((PushType.CallCancelled, "tablet"), (cancel.Type, cancel.DeviceId));
        await alice.Hears<CallEnded>();
        Assert.False(_calls.Pushes.TryNext(out _));
    }

    [Theory]
    [InlineData("socketio-0123456789abcdef-01234567-0123456789ab", 0)]
    [InlineData(null, 0)]
    [InlineData("001-0123456789abcdef-01234567-0123456789ab", 1)]
    [InlineData("laptop", 1)]
    [InlineData("phone", 0)]
    public async Task Accept_TellsAPushedPhoneToStop_UnlessItMayBeTheOneThatAccepted(string? device, int cancels)
    {
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("taken", "bob");
        Assert.Equal(PushType.CallIncoming, (await _calls.Pushes.Next()).Type);

        await _calls.Grains.GetCall("taken").Execute(
            new AcceptCall
            {
                Actor = new Actor { UserId = "bob", DeviceId = device, OverSocket = device is not null }, Ready = true,
            });

        await alice.Hears<CallAccepted>();
        // Whoever is called next is pushed next: a cancel would have gone before.
        await Token("carol", "phone", PushProvider.Fcm, "t2");
        for (var i = 0; i < cancels; i++)
            Assert.Equal(PushType.CallCancelled, (await _calls.Pushes.Next()).Type);
        await alice.Start("next", "carol");
        Assert.Equal((PushType.CallIncoming, "carol"), await First());

        async Task<(PushType, string)> First()
        {
            var push = await _calls.Pushes.Next();
            return (push.Type, push.UserId);
        }
    }

    [Fact]
    public async Task Token_ThatMovesWhileItsFormerOwnersCallRings_IsToldToStop()
    {
        await Token("bob", "phone", PushProvider.Fcm, "shared");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("moving", "bob");
        Assert.Equal(PushType.CallIncoming, (await _calls.Pushes.Next()).Type);

        await Token("carol", "phone", PushProvider.Fcm, "shared");

        var cancel = await _calls.Pushes.Next();
        Assert.Equal((PushType.CallCancelled, "moving", "shared"), (cancel.Type, cancel.CallId, cancel.Token));
        await alice.Do("moving", new EndCall());
        await alice.Hears<CallEnded>();
        Assert.False(_calls.Pushes.TryNext(out _));
    }

    [Fact]
    public async Task RingIsOver_WhileItsPushIsTriedAgain_TheTryingStops_AndNoCancelFollows()
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Pushes.Answer = async (message, cancellation) =>
        {
            if (message.Type != PushType.CallIncoming)
                return PushResult.Accepted;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ContinueWith(
                _ => given.TrySetResult(), TaskScheduler.Default);
            return new PushResult { Error = "unavailable" };
        };
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("failing", "bob");
        Assert.Equal(PushType.CallIncoming, (await _calls.Pushes.Next()).Type);

        await alice.Do("failing", new EndCall());

        await given.Task.WaitAsync(Patience);
        Assert.Equal(PushType.CallMissed, (await _calls.Pushes.Next()).Type);
        Assert.False(_calls.Pushes.TryNext(out _));
    }

    [Fact]
    public async Task Phone_ThatAlerts_WhileItsPushIsTriedAgain_IsNotTriedAnyMore()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Pushes.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ContinueWith(
                _ => stopped.TrySetResult(), TaskScheduler.Default);
            return new PushResult { Error = "unavailable" };
        };
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("found-out", "bob");
        await _calls.Pushes.Next();

        var bob = await _calls.Connect("bob", "phone");
        await bob.Do("found-out", new AckRinging());

        await stopped.Task.WaitAsync(Patience);
        Assert.Equal(RingStage.Ringing, (await alice.Hears<CallProgress>()).Stage);
    }

    [Fact]
    public async Task Token_RefusedByItsProvider_IsForgotten_AndANewOneIsPushedWhileItRings()
    {
        _calls.Pushes.Answer = (message, _) => Task.FromResult(message.Token == "old"
            ? new PushResult { Error = "unregistered", TokenUnregistered = true }
            : PushResult.Accepted);
        await Token("bob", "phone", PushProvider.Fcm, "old");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("renewed", "bob");
        Assert.Equal("old", (await _calls.Pushes.Next()).Token);

        await Token("bob", "phone", PushProvider.Fcm, "new");

        Assert.Equal("new", (await _calls.Pushes.Next()).Token);
        Assert.Equal(RingStage.PushSent, (await alice.Hears<CallProgress>()).Stage);
    }

    [Fact]
    public async Task Ledger_HoldsEveryPush_AndOutlivesTheActivation()
    {
        await Token("bob", "phone", PushProvider.Fcm, "t1");
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("ledger", "bob");
        await alice.Hears<CallProgress>();
        await alice.Do("ledger", new EndCall());
        await _calls.Pushes.Next();
        await _calls.Pushes.Next();
        await _calls.Pushes.Next();
        await Lines("ledger", 3);

        await _calls.Restart();

        Assert.Equal(
            ["call_cancelled fcm", "call_incoming fcm", "call_missed fcm"],
            (await Lines("ledger", 3)).Select(line => line.Detail).Order());
    }

    private static (PushType, PushProvider) Kind(PushMessage message) => (message.Type, message.Provider);

    private async Task Token(string userId, string deviceId, PushProvider provider, string token) =>
        Assert.Null(await _calls.Grains.GetPushToken(provider, token).Give(provider, token, userId, deviceId));

    /// <summary>The ledger, once it holds that many lines: results are reported beside the call.</summary>
    private Task<List<TimelineEntry>> Lines(string callId, int count) => Until.Seen(
        async () => (await _calls.Grains.GetCall(callId).GetTimeline()).Where(line => line.What == "push_sent").ToList(),
        lines => lines.Count >= count, $"a ledger of {count} pushes");
}
