using OrleansCalls.Calls;
using OrleansCalls.Tests.Machine.Calls;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Machine.Webhooks;

/// <summary>Which changes of a call an app's back end is told of.</summary>
public sealed class WebhookRuleTests
{
    /// <summary>From a situation, by a command, to events.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { "start", "created" },
        { "start, callee busy", "created missed:B ended" },
        { "start, callee blocks", "created" },
        { "hang-up overtakes the start", "created ended" },
        { "glare", "created ended" },
        { "push is out", "" },
        { "first device alerts", "ringing:B" },
        { "second device alerts", "" },
        { "accept, ready", "accepted:B active" },
        { "accept, not ready", "accepted:B" },
        { "ready", "active" },
        { "second device accepts", "" },
        { "reject", "ended" },
        { "cancel", "missed:B ended" },
        { "deadline", "missed:B ended" },
        { "deadline, callee blocks", "ended" },
        { "operator ends the ring", "ended" },
        { "re-call takes over", "ended" },
        { "hang up", "ended" },
        { "moves to another device", "" },
        { "group: one declines", "" },
        { "group: the second accepts", "accepted:C" },
        { "group: ring of the rest is over", "missed:C" },
        { "group: caller leaves", "" },
        { "invite", "" },
        { "invited again after a missed ring", "" },
        { "invited again, alerts again", "ringing:C" },
        { "anything after the end", "" },
    };

    [Theory, MemberData(nameof(Table))]
    public void Change_OwesEvents(string change, string expected)
    {
        var (bench, before) = Do(change);
        var owed = WebhookRules.EventsOf(before, bench.Last, bench.Now, _ => true);
        Assert.Equal(expected, string.Join(' ', owed.Select(Text)));
        Assert.All(
            owed,
            what => Assert.Equal((bench.Call.Seq, bench.Now, bench.Phase), (what.Call.Seq, what.CreatedAt, what.Call.State)));
        Assert.Equal(owed.Length, owed.Select(what => what.Id).Distinct().Count());
    }

    [Fact]
    public void WholeCall_NumbersItsEvents()
    {
        var bench = new Bench();
        List<string> ids = [];
        void Step(Action what)
        {
            var before = bench.State;
            what();
            ids.AddRange(WebhookRules.EventsOf(before, bench.Last, bench.Now, _ => true).Select(e => e.Id));
        }

        Step(() => bench.Start());
        Step(() => bench.Ack("B1"));
        Step(() => bench.Accept("B1", ready: false));
        Step(() => bench.Ready("B1", Bench.Answer));
        Step(() => bench.End("A1"));
        Assert.Equal(
            [
                "call-1:1:call.created", "call-1:2:call.ringing:B", "call-1:3:call.accepted:B", "call-1:4:call.active",
                "call-1:5:call.ended",
            ], ids);
    }

    [Fact]
    public void BlockedCallee_LooksUnreachable_AndMissesNothing()
    {
        var (bench, before) = Do("deadline, callee blocks");
        var ended = Assert.Single(WebhookRules.EventsOf(before, bench.Last, bench.Now, _ => true));
        Assert.Equal((EndReason.Unreachable, LegPhase.Missed), (ended.Call.EndReason, ended.Call.Legs[0].State));
    }

    [Theory]
    [InlineData("@user2:localhost", "call-1:1:call.missed:@user2:localhost")]
    [InlineData("Zoë K", "call-1:1:call.missed:Zo%C3%AB%20K")]
    [InlineData("50%", "call-1:1:call.missed:50%25")]
    public void Id_IsValidInAHeader(string userId, string id) => Assert.Equal(id, new WebhookEvent
    {
        Type = WebhookTypes.Missed, UserId = userId, CreatedAt = Bench.T0, Call = Situations.Notifying().View(null),
    }.Id);

    [Fact]
    public void Wait_DoublesUpToAMinute_AndDiffersFromCallToCall()
    {
        for (var failures = 1; failures < 2000; failures++)
        {
            var longest = Math.Min(60, Math.Pow(2, Math.Min(failures - 1, 20)));
            Assert.InRange(WebhookRules.Retry.Wait("c1", failures).TotalSeconds, longest / 2, longest);
        }

        var waits = Enumerable.Range(0, 100).Select(n => WebhookRules.Retry.Wait($"call-{n}", 10).TotalSeconds).ToList();
        Assert.InRange(waits.Average(), 40, 50);
        Assert.True(waits.Distinct().Count() > 95);
        Assert.True(waits.Max() - waits.Min() > 25);
    }

    [Theory, InlineData(0, 2), InlineData(1, 2), InlineData(5, 5), InlineData(59, 59), InlineData(600, 60), InlineData(6000, 60)]
    public void Sleep_GrowsWithTheOutage(int minutesSinceEnd, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), WebhookRules.Sleep(TimeSpan.FromMinutes(minutesSinceEnd)));

    [Fact]
    public void PastTheMost_OnlyTheEndIsKept()
    {
        var (bench, before) = Do("cancel");
        var owed = WebhookRules.EventsOf(before, bench.Last, bench.Now, _ => true);
        Assert.Equal(2, WebhookRules.Kept(owed, WebhookRules.MostKept - 1).Length);
        Assert.Equal(WebhookTypes.Ended, Assert.Single(WebhookRules.Kept(owed, WebhookRules.MostKept)).Type);
    }

    private static string Text(WebhookEvent what) => what.Type["call.".Length..] + (what.UserId is null ? "" : $":{what.UserId}");

    private static (Bench Bench, CallState? Before) Do(string change) => change switch
    {
        "start" => Last(new Bench(), c => c.Start()),
        "start, callee busy" => Last(new Bench().Will("B", AdmissionOutcome.Busy), c => c.Start()),
        "start, callee blocks" => Last(new Bench().Will("B", AdmissionOutcome.Blocked), c => c.Start()),
        "hang-up overtakes the start" => Last(Situations.Then(new Bench(), c => c.End("A1")), c => c.Start()),
        "glare" => Last(new Bench().Will("B", AdmissionOutcome.Glare, "other"), c => c.Start()),
        "push is out" => Last(Situations.Notifying(), c => c.Pushed("B1")),
        "first device alerts" => Last(Situations.PushSent(), c => c.Ack("B1")),
        "second device alerts" => Last(Situations.Ringing(), c => c.Ack("B2")),
        "accept, ready" => Last(Situations.Ringing(), c => c.Accept("B1")),
        "accept, not ready" => Last(Situations.Ringing(), c => c.Accept("B1", ready: false)),
        "ready" => Last(Situations.Connecting(), c => c.Ready("B1")),
        "second device accepts" => Last(Situations.Active(), c => c.Accept("B2")),
        "reject" => Last(Situations.Ringing(), c => c.Reject("B1")),
        "cancel" => Last(Situations.Ringing(), c => c.End("A1")),
        "deadline" => Last(Situations.Ringing(), c => c.Tick(60)),
        "deadline, callee blocks" => Last(Do("start, callee blocks").Bench, c => c.Tick(60)),
        "operator ends the ring" => Last(Situations.Ringing(), c => c.EndByAdmin()),
        "re-call takes over" => Last(Situations.Ringing(), c => c.Replace()),
        "hang up" => Last(Situations.Active(), c => c.End("B1")),
        "moves to another device" => Last(Situations.Active(), c => c.Move("A2")),
        "group: one declines" => Last(Situations.GroupRinging(), c => c.Reject("C1")),
        "group: the second accepts" => Last(Situations.GroupActive(), c => c.Accept("C1")),
        "group: ring of the rest is over" => Last(Situations.GroupActive(), c => c.Tick(60)),
        "group: caller leaves" => Last(Situations.GroupActive(), c => c.End("A1")),
        "invite" => Last(Situations.Active(), c => c.Invite("A1", "C")),
        "invited again after a missed ring" => Last(Do("group: ring of the rest is over").Bench, c => c.Invite("A1", "C")),
        "invited again, alerts again" => Last(Do("invited again after a missed ring").Bench, c => c.Ack("C1")),
        "anything after the end" => Last(Do("cancel").Bench, c => c.Start()),
        _ => throw new ArgumentException(change),
    };

    private static (Bench, CallState?) Last(Bench bench, Action<Bench> what)
    {
        var before = bench.State;
        what(bench);
        return (bench, before);
    }
}
