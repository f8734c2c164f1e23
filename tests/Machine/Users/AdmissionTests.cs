using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>
/// Who may start a call with a user: <see cref="OpenCalls.Admit"/>, row by row, and what the calls' news change in it.
/// </summary>
public sealed class AdmissionTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    /// <summary>B's grain is asked about a new audio call, by A and alone unless the row says otherwise.</summary>
    [Theory]
    [InlineData("", "", "Admitted")]
    [InlineData("C>B Ringing", "", "Admitted")]
    [InlineData("B>C Ringing", "", "Admitted")]
    [InlineData("C>B Connecting", "", "Busy")]
    [InlineData("C>B Active", "", "Busy")]
    [InlineData("B>C Connecting", "", "Busy")]
    [InlineData("B>C Active", "", "Busy")]
    [InlineData("C>BD Active", "", "Busy")]
    [InlineData("C>B Active, rung only", "", "Admitted")]
    [InlineData("C>B Active", "waiting", "Admitted")]
    [InlineData("C>B Active", "blocks A", "Blocked")]
    [InlineData("", "blocks A", "Blocked")]
    [InlineData("", "blocks C", "Admitted")]
    [InlineData("", "quiet", "DoNotDisturb")]
    [InlineData("", "quiet until later", "DoNotDisturb")]
    [InlineData("", "quiet until now", "Admitted")]
    [InlineData("", "quiet until before", "Admitted")]
    [InlineData("", "until later only", "Admitted")]
    [InlineData("C>B Active", "quiet", "Busy")]
    [InlineData("A>B Ringing", "", "Replaces")]
    [InlineData("A>B Connecting", "", "Replaces")]
    [InlineData("A>B Active", "", "Replaces")]
    [InlineData("A>B Active", "blocks A", "Blocked")]
    [InlineData("A>B Active; C>B Active", "", "Busy")]
    [InlineData("A>B Active; C>B Active", "waiting", "Replaces")]
    [InlineData("B>A Ringing", "", "Glare")]
    [InlineData("B>A Ringing", "quiet", "Glare")]
    [InlineData("B>A Ringing", "blocks A", "Blocked")]
    [InlineData("B>A Connecting", "", "Replaces")]
    [InlineData("B>A Active", "", "Replaces")]
    [InlineData("A>B Active; B>A Ringing", "", "Glare")]
    [InlineData("B>AC Ringing", "", "Admitted")]
    [InlineData("A>BC Active", "", "Busy")]
    public void Callee_IsAsked_Answers(string open, string settings, string outcome)
    {
        var calls = With("B", open);
        Assert.Equal(outcome, calls.Admit("B", Ask("B", "A>B"), Settings(settings), Now).Outcome.ToString());
    }

    [Theory]
    [InlineData("", "Admitted")]
    [InlineData("A>C Active", "Admitted")]
    [InlineData("C>A Active", "Admitted")]
    [InlineData("A>B Active", "Replaces")]
    [InlineData("A>B Ringing", "Replaces")]
    [InlineData("B>A Active", "Replaces")]
    [InlineData("B>A Ringing", "Glare")]
    public void Caller_IsAsked_Answers(string open, string outcome) =>
        Assert.Equal(outcome, With("A", open).Admit("A", Ask("A", "A>B"), Settings("quiet blocks A"), Now).Outcome.ToString());

    [Theory, Trait("race", "1"), InlineData(CallMedia.Audio, true), InlineData(CallMedia.Video, false)]
    public void Glare_Says_WhetherTheMediaAgree(CallMedia media, bool same)
    {
        var calls = With("B", "B>A Ringing");
        var answer = calls.Admit(
            "B", new AdmissionRequest { Call = Call("B", "A>B", "new") with { Media = media } }, new UserSettings(), Now);
        Assert.Equal((AdmissionOutcome.Glare, "B>A", same), (answer.Outcome, answer.OtherCallId, answer.SameMedia));
        Assert.Null(calls.Find("new"));
    }

    [Fact]
    public void Place_AskedForTwice_IsOnePlace()
    {
        var calls = new OpenCalls();
        Assert.Equal(AdmissionOutcome.Admitted, calls.Admit("B", Ask("B", "A>B"), new UserSettings(), Now).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, calls.Admit("B", Ask("B", "A>B"), Settings("blocks A"), Now).Outcome);
        Assert.Single(calls.All);
        calls.Release("new");
        Assert.Empty(calls.All);
        calls.Release("new");
    }

    [Fact]
    public void Place_AskedForTwice_ReplacesTheSameCallBothTimes()
    {
        var calls = With("B", "A>B Active");
        foreach (var _ in new[] { 1, 2 })
        {
            var answer = calls.Admit("B", Ask("B", "A>B"), new UserSettings(), Now);
            Assert.Equal((AdmissionOutcome.Replaces, "A>B"), (answer.Outcome, answer.OtherCallId));
        }
    }

    [Theory, InlineData("C>B Active", ""), InlineData("", "blocks A"), InlineData("", "quiet"), InlineData("B>A Ringing", "")]
    public void Place_ThatIsRefused_IsNotTaken(string open, string settings)
    {
        var calls = With("B", open);
        calls.Admit("B", Ask("B", "A>B"), Settings(settings), Now);
        Assert.Null(calls.Find("new"));
    }

    [Fact]
    public void CallerInvitedBack_IntoTwoCallsAtOnce_HasAPlaceInBoth()
    {
        var calls = new OpenCalls();
        foreach (var (callId, inviter) in new[] { ("g", "B"), ("h", "C") })
        {
            var call = Call("A", "A>A", callId) with { IsCaller = false, State = CallPhase.Active, Leg = LegPhase.Notifying };
            Assert.Equal(
                AdmissionOutcome.Admitted,
                calls.Admit("A", new AdmissionRequest { Call = call, InviterId = inviter }, new UserSettings(), Now).Outcome);
        }
    }

    [Fact, Trait("race", "26")]
    public void News_OlderThanTheEnd_AreDropped()
    {
        var calls = new OpenCalls();
        var ring = News(1, new CallIncoming { CallId = "A>B", Seq = 1, Call = View() });
        Assert.True(calls.Update(ring));
        Assert.True(calls.Update(News(2, new CallEnded { CallId = "A>B", Seq = 2, Reason = EndReason.Cancelled }, over: true)));
        Assert.False(calls.Update(ring));
        Assert.Empty(calls.All);
        // And the other way round: the end came first.
        calls = new OpenCalls();
        calls.Update(News(2, new CallEnded { CallId = "A>B", Seq = 2, Reason = EndReason.Cancelled }, over: true));
        Assert.False(calls.Update(ring));
        Assert.False(calls.Update(News(2, new CallEnded { CallId = "A>B", Seq = 2, Reason = EndReason.Cancelled }, over: true)));
        Assert.Empty(calls.All);
    }

    [Fact]
    public void News_OfAnInviteBackIntoTheCall_AreTakenAgain()
    {
        var calls = new OpenCalls();
        calls.Update(News(4, new CallEnded { CallId = "A>B", Seq = 4, Reason = EndReason.Rejected }, over: true));
        Assert.True(calls.Update(News(5, new CallIncoming { CallId = "A>B", Seq = 5, Call = View() })));
        Assert.Single(calls.All);
        Assert.False(calls.Update(News(3, new CallIncoming { CallId = "A>B", Seq = 3, Call = View() })));
    }

    [Fact]
    public void Ends_AreRememberedForTheNewestCallsOnly()
    {
        var calls = new OpenCalls();
        foreach (var i in Enumerable.Range(0, 300))
            calls.Update(new UserNotice
            {
                UserId = "B", CallId = $"c{i}",
                Events = [new Envelope { Event = new CallEnded { CallId = $"c{i}", Seq = 2, Reason = EndReason.Lost } }],
            });
        Assert.False(
            calls.Update(new UserNotice { UserId = "B", CallId = "c299", Call = Call("B", "A>B", "c299") with { Seq = 1 } }));
        Assert.Empty(calls.All);
    }

    private static UserNotice News(long seq, ClientEvent what, bool over = false) => new()
    {
        UserId = "B", CallId = "A>B", Call = over ? null : Call("B", "A>B") with { Seq = seq },
        Events = [new Envelope { Event = what }],
    };

    private static Call View() => new()
    {
        CallId = "A>B", Caller = new Caller { Id = "A" }, Media = CallMedia.Audio, State = CallPhase.Ringing, RingUntil = Now,
        CreatedAt = Now, Seq = 1, Legs = [],
    };

    internal static AdmissionRequest Ask(string userId, string pair) => new() { Call = Call(userId, pair, "new") };

    internal static OpenCalls With(string userId, string open)
    {
        var calls = new OpenCalls();
        foreach (var text in open.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var words = text.Split(' ', ',');
            var state = Enum.Parse<CallPhase>(words[1]);
            var call = Call(userId, words[0]) with { State = state };
            var leg = text.EndsWith("rung only", StringComparison.Ordinal) || state == CallPhase.Ringing ? LegPhase.Ringing
                : state == CallPhase.Connecting ? LegPhase.Accepted : LegPhase.Joined;
            calls.Update(
                new UserNotice { UserId = userId, CallId = call.CallId, Call = call with { Leg = call.IsCaller ? null : leg } });
        }

        return calls;
    }

    internal static OpenCall Call(string userId, string pair, string? callId = null) => new()
    {
        CallId = callId ?? pair,
        Seq = 0,
        IsCaller = pair[..1] == userId,
        CallerId = pair[..1],
        CalleeIds = Bench.Ids(pair[2..]),
        State = CallPhase.Ringing,
        Leg = pair[..1] == userId ? null : LegPhase.Notifying,
        Media = CallMedia.Audio,
        RingUntil = Now.AddSeconds(60),
    };

    private static UserSettings Settings(string text) => new()
    {
        CallWaiting = text.Contains("waiting", StringComparison.Ordinal),
        Blocked = text.Contains("blocks", StringComparison.Ordinal) ? [text[^1..]] : [],
        DoNotDisturb = text.Contains("quiet", StringComparison.Ordinal),
        DoNotDisturbUntil = text.Contains("later", StringComparison.Ordinal) ? Now.AddHours(1)
            : text.Contains("now", StringComparison.Ordinal) ? Now
            : text.Contains("before", StringComparison.Ordinal) ? Now.AddHours(-1)
            : null,
    };
}
