using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>
/// What is kept of a user: missed calls, push tokens, signals for a device that is away. Numbers are those of the race list.
/// </summary>
public sealed class KeptTests
{
    private static readonly DateTimeOffset Now = Bench.T0;
    private static readonly DateTimeOffset Later = Now.AddHours(1);

    [Fact]
    public void MissedCall_ToldTwice_IsKeptOnce()
    {
        var user = UserRules.AddMissedCall(new StoredUser(), Missed("c1", 0));
        Assert.Same(user, UserRules.AddMissedCall(user, Missed("c1", 0)));
        Assert.Single(user.Missed);
    }

    [Fact]
    public void MissedCall_ToldAgainAfterItWasSeen_StaysSeen()
    {
        var user = UserRules.Ack(UserRules.AddMissedCall(new StoredUser(), Missed("c1", 10)), Now.AddSeconds(10), Later);
        Assert.Empty(user.Missed);
        Assert.Same(user, UserRules.AddMissedCall(user, Missed("c1", 10)));
        Assert.Single(UserRules.AddMissedCall(user, Missed("c2", 10.001)).Missed);
    }

    [Fact]
    public void MissedCall_ByAClockThatIsBehindTheUsers_IsKeptUntilItIsSeen()
    {
        var user = UserRules.Ack(
            UserRules.AddMissedCall(new StoredUser(), Missed("c1", 10)), Now.AddSeconds(60), Now.AddSeconds(60));
        user = UserRules.AddMissedCall(user, Missed("c2", 40));
        Assert.Equal("c2", Assert.Single(user.Missed).CallId);
        user = UserRules.Ack(user, Now.AddSeconds(40), Now.AddSeconds(61));
        Assert.Empty(user.Missed);
        Assert.Equal(Now.AddSeconds(60), user.AckedUpTo);
        Assert.Same(user, UserRules.AddMissedCall(user, Missed("c2", 40)));
    }

    [Fact]
    public void Ack_SeesUpToItsInstantAndNeverGoesBack()
    {
        var user = new StoredUser();
        foreach (var at in new[] { 10, 20, 30 })
            user = UserRules.AddMissedCall(user, Missed($"c{at}", at));
        user = UserRules.Ack(user, Now.AddSeconds(20), Later);
        Assert.Equal("c30", Assert.Single(user.Missed).CallId);
        Assert.Same(user, UserRules.Ack(user, Now.AddSeconds(20), Later));
        Assert.Same(user, UserRules.Ack(user, Now.AddSeconds(5), Later));
    }

    [Fact]
    public void Ack_OfADeviceWhoseClockIsAhead_DoesNotSwallowLaterCalls()
    {
        var user = UserRules.Ack(
            UserRules.AddMissedCall(new StoredUser(), Missed("c1", 10)), Now.AddYears(1), Now.AddSeconds(15));
        Assert.Empty(user.Missed);
        Assert.Equal("c2", Assert.Single(UserRules.AddMissedCall(user, Missed("c2", 20)).Missed).CallId);
        Assert.Single(UserRules.AddMissedCall(UserRules.Ack(new StoredUser(), Now.AddYears(1), Now), Missed("c3", 30)).Missed);
    }

    [Fact]
    public void Ack_OfADeviceWhoseClockIsSlow_SeesWhatTheDeviceWasShown()
    {
        var user = new StoredUser();
        foreach (var at in new[] { 10, 20 })
            user = UserRules.AddMissedCall(user, Missed($"c{at}", at));
        // Nine minutes slow, and again after the next call.
        user = UserRules.Ack(user, Now.AddSeconds(30 - 540), Now.AddSeconds(30));
        Assert.Empty(user.Missed);
        user = UserRules.Ack(UserRules.AddMissedCall(user, Missed("c40", 40)), Now.AddSeconds(50 - 540), Now.AddSeconds(50));
        Assert.Empty(user.Missed);
        // An acknowledgement that was sent an hour ago was not sent now by a slow clock.
        Assert.Single(
            UserRules.Ack(UserRules.AddMissedCall(user, Missed("c60", 60)), Now.AddSeconds(-3600), Now.AddSeconds(70)).Missed);
    }

    [Fact]
    public void Ack_UpToTheEndOfAMissedCall_IsExact_AlsoWhenItIsRepeated()
    {
        var user = new StoredUser();
        foreach (var at in new[] { 10.0007, 20 })
            user = UserRules.AddMissedCall(user, Missed($"c{at}", at));
        // As on the wire: milliseconds, and the whole of the last one.
        var upTo = Now.AddSeconds(10) + TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1);
        user = UserRules.Ack(user, upTo, Now.AddSeconds(21));
        Assert.Equal("c20", Assert.Single(user.Missed).CallId);
        Assert.Same(user, UserRules.Ack(user, upTo, Now.AddSeconds(22)));
    }

    [Fact]
    public void Ack_BetweenTwoMissedCalls_IsOfADevicesClock_AndSeesBoth()
    {
        var user = UserRules.AddMissedCall(UserRules.AddMissedCall(new StoredUser(), Missed("c10", 10)), Missed("c40", 40));
        Assert.Empty(UserRules.Ack(user, Now.AddSeconds(30), Now.AddSeconds(50)).Missed);
    }

    [Theory, InlineData(600, 0), InlineData(600.001, 1)]
    public void Ack_OfADeviceWhoseClockIsSlow_CountsAsNowForTenMinutes(double slow, int left)
    {
        var user = UserRules.AddMissedCall(new StoredUser(), Missed("c1", 10));
        Assert.Equal(left, UserRules.Ack(user, Now.AddSeconds(20 - slow), Now.AddSeconds(20)).Missed.Length);
    }

    /// <summary>
    /// The user's other devices are sent this time; the same command again does not see a call that came meanwhile.
    /// </summary>
    [Fact]
    public void Ack_OfLaterCalls_MovesOn_AndIsExactWhenItIsRepeated()
    {
        var user = UserRules.AddMissedCall(UserRules.AddMissedCall(new StoredUser(), Missed("c10", 10)), Missed("c20", 20));
        user = UserRules.Ack(user, Now.AddSeconds(10), Now.AddSeconds(21));
        user = UserRules.Ack(user, Now.AddSeconds(20), Now.AddSeconds(22));
        Assert.Equal(Now.AddSeconds(20), user.AckedUpTo);
        user = UserRules.AddMissedCall(user, Missed("c30", 30));
        Assert.Equal("c30", Assert.Single(UserRules.Ack(user, Now.AddSeconds(20), Now.AddSeconds(31)).Missed).CallId);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void DoNotDisturb_IsSwitchedOnAndOff(bool on)
    {
        var settings = UserRules.Change(new UserSettings { DoNotDisturb = !on }, new SettingsChange { DoNotDisturb = on });
        Assert.Equal(on, UserRules.IsQuiet(settings, Now));
    }

    [Fact]
    public void Settings_ChangedInPart_KeepTheRest()
    {
        var settings = new UserSettings { DoNotDisturb = true, DoNotDisturbUntil = Now, Blocked = ["pest"] };
        Assert.Equal(settings with { CallWaiting = true }, UserRules.Change(settings, new SettingsChange { CallWaiting = true }));
        Assert.Equal(settings with { Blocked = [] }, UserRules.Change(settings, new SettingsChange { Blocked = [] }));
        Assert.Equal(
            settings with { DoNotDisturbUntil = null }, UserRules.Change(settings, new SettingsChange { SetsUntil = true }));
        // The end of the last time is none of this time.
        Assert.Equal(
            settings with { DoNotDisturbUntil = null }, UserRules.Change(settings, new SettingsChange { DoNotDisturb = true }));
        Assert.Equal(
            settings with { DoNotDisturbUntil = Later },
            UserRules.Change(settings, new SettingsChange { DoNotDisturb = true, DoNotDisturbUntil = Later, SetsUntil = true }));
    }

    [Fact]
    public void Settings_AreNotSentToAGatewayThatCannotReadThem()
    {
        var connections = new Connections(TimeSpan.FromMinutes(1));
        var old = new Connection { GatewayId = "g", ConnectionId = "old", DeviceId = "d1", ConnectedAt = Now };
        connections.Add(old, Now);
        connections.Add(old with { ConnectionId = "new", DeviceId = "d2", TakesSettings = true }, Now);
        var changed = new Envelope { Event = new SettingsChanged { Settings = new UserSettings() } };
        Assert.Equal("new", Assert.Single(connections.For(changed)).ConnectionId);
        Assert.Equal(2, connections.For(new Envelope { Event = new MissedCallsAcked { UpTo = Now } }).Count());
    }

    [Fact]
    public void MissedCalls_AreTheNewestHundred()
    {
        var user = new StoredUser();
        foreach (var i in Enumerable.Range(1, 105))
            user = UserRules.AddMissedCall(user, Missed($"c{i}", i));
        Assert.Equal((100, "c6", "c105"), (user.Missed.Length, user.Missed[0].CallId, user.Missed[^1].CallId));
    }

    [Fact]
    public void Token_OfTheSameDeviceAndProvider_ReplacesTheFormer()
    {
        var user = Set(Set(Set(new StoredUser(), "B1", "old"), "B1", "new"), "B1", "voip", PushProvider.ApnsVoip);
        Assert.Equal(["new", "voip"], user.Tokens.Select(token => token.Token));
        Assert.Equal(["voip"], UserRules.ClearToken(user, "B1", PushProvider.Fcm).Tokens.Select(token => token.Token));
    }

    /// <summary>A token is a text of its provider: the same text of another one is another token.</summary>
    [Fact]
    public void Token_ThatBecomesAnotherUsers_IsForgotten_AndNoOther()
    {
        var user = Set(Set(new StoredUser(), "B1", "token"), "B2", "another");
        user = Set(user, "B3", "token", PushProvider.WebPush);
        Assert.Equal(["B1", "B2", "B3"], user.Tokens.Select(token => token.DeviceId));
        Assert.Equal(["B2", "B3"], UserRules.ForgetToken(user, PushProvider.Fcm, "token").Tokens.Select(token => token.DeviceId));
    }

    [Fact]
    public void Token_OfAnAppThatWasInstalledAnew_IsOfItsNewDeviceOnly() =>
        Assert.Equal("B9", Assert.Single(Set(Set(new StoredUser(), "B1", "token"), "B9", "token").Tokens).DeviceId);

    [Fact]
    public void Tokens_AreOfSixteenDevicesAtMost_TheOneWithTheOldestTokenGoes()
    {
        var user = Enumerable.Range(1, 16).Aggregate(
            new StoredUser(), (known, i) => UserRules.SetToken(known, $"B{i}", PushProvider.Fcm, $"t{i}", Now.AddSeconds(i)));
        Assert.Equal(17, Set(user, "B16", "voip", PushProvider.ApnsVoip).Tokens.Length);
        // A device counts by its youngest token.
        user = UserRules.SetToken(user, "B1", PushProvider.ApnsVoip, "voip", Now.AddSeconds(17));
        var next = UserRules.SetToken(user, "B17", PushProvider.Fcm, "t17", Now.AddSeconds(18));
        Assert.Equal(
            Enumerable.Range(1, 17).Where(i => i != 2).Select(i => $"B{i}").Order(StringComparer.Ordinal),
            next.Tokens.Select(token => token.DeviceId).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact, Trait("race", "21")]
    public void Token_ThatFailed_IsDroppedOnlyIfItIsStillTheSame()
    {
        var user = Set(new StoredUser(), "B1", "token");
        var failed = user.Tokens[0];
        Assert.Empty(UserRules.DropToken(user, failed).Tokens);
        // Registered anew meanwhile, as another token or as the same one: the failure is older and says nothing of it.
        Assert.Single(UserRules.DropToken(Set(user, "B1", "token 2"), failed).Tokens);
        var again = UserRules.SetToken(user, "B1", PushProvider.Fcm, "token", Now.AddSeconds(1));
        Assert.Single(UserRules.DropToken(again, failed).Tokens);
    }

    [Fact]
    public void Mailbox_KeepsInOrderForEachDeviceAndGivesOnce()
    {
        var mailbox = new Mailbox();
        foreach (var i in new[] { 1, 2, 3 })
            mailbox.Add(i == 2 ? "B2" : "B1", Signal($"{i}"));
        Assert.Equal(["1", "3"], mailbox.Take("B1").Select(signal => signal.Payload));
        Assert.Empty(mailbox.Take("B1"));
        Assert.Equal(["2"], mailbox.Take("B2").Select(signal => signal.Payload));
    }

    [Fact]
    public void Mailbox_Holds64SignalsAnd64Kibibytes()
    {
        var mailbox = new Mailbox();
        foreach (var i in Enumerable.Range(1, 70))
            mailbox.Add("B1", Signal($"{i}"));
        Assert.Equal((64, "64"), (mailbox.Take("B1") is var kept ? kept.Length : 0, kept[^1].Payload));
        mailbox.Add("B1", Signal(new string('x', 64 * 1024)));
        mailbox.Add("B1", Signal("x"));
        Assert.Single(mailbox.Take("B1"));
        mailbox.Add("B1", Signal("y"));
        Assert.Single(mailbox.Take("B1"));
    }

    private static StoredUser Set(StoredUser user, string deviceId, string token, PushProvider provider = PushProvider.Fcm) =>
        UserRules.SetToken(user, deviceId, provider, token, Now);

    private static MissedCall Missed(string callId, double at) =>
        new() { CallId = callId, CallerId = "A", Media = CallMedia.Audio, At = Now.AddSeconds(at) };

    private static SignalReceived Signal(string payload) =>
        new() { CallId = "c", FromUserId = "A", Kind = SignalKind.Candidate, Payload = payload };
}
