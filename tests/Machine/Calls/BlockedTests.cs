using System.Text.Json;
using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// A caller who is blocked sees what the caller of somebody without any device sees, and the callee sees nothing at all.
/// </summary>
public sealed class BlockedTests
{
    private static readonly string[] Scripts =
    [
        "ring out", "cancel", "signals", "vanish", "group", "invite", "start again", "admin",
    ];

    public static TheoryData<string> AllScripts => [.. Scripts];

    [Theory, MemberData(nameof(AllScripts))]
    public void BlockedCaller_SeesFieldByFieldWhatTheCallerOfAnUnreachableCalleeSees(string script)
    {
        var (blocked, unreachable) = (Play(script, AdmissionOutcome.Blocked), Play(script, AdmissionOutcome.Admitted));
        Assert.NotEmpty(unreachable);
        Assert.Equal(unreachable, blocked);
    }

    [Theory, MemberData(nameof(AllScripts))]
    public void QuietCallee_LooksLikeAnUnreachableOneToo(string script) =>
        Assert.Equal(Play(script, AdmissionOutcome.Admitted), Play(script, AdmissionOutcome.DoNotDisturb));

    [Theory, InlineData(AdmissionOutcome.Blocked), InlineData(AdmissionOutcome.DoNotDisturb)]
    public void Callee_WhoIsNotToBeRung_HearsNothing(AdmissionOutcome outcome)
    {
        foreach (var script in Scripts)
        {
            var bench = Run(script, outcome, []);
            Assert.Empty(bench.HeardSoFar("B1"));
            Assert.Null(bench.Call.OpenFor("B"));
        }
    }

    [Fact]
    public void BlockedCaller_LeavesNoMissedCallAndNoHistoryWithTheCallee()
    {
        var call = new Bench().Will("B", AdmissionOutcome.Blocked);
        call.Start();
        call.Tick(60);
        Assert.Empty(call.Missed);
        Assert.Equal("A", Assert.Single(CallSessions.From(call.Call).Participants).UserId);
        Assert.Equal(HistoryOutcome.Unanswered, CallSessions.From(call.Call).Participants[0].Outcome);
        Assert.DoesNotContain(
            "lock", JsonSerializer.Serialize(CallSessions.From(call.Call) with { Timeline = [] }),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void BlockingCallee_IsNoPartyOfTheCall()
    {
        var call = new Bench().Will("B", AdmissionOutcome.Blocked);
        call.Start();
        Assert.Equal(CallErrorCode.Forbidden, call.Accept("B1").Error?.Code);
        Assert.Equal(CallErrorCode.Forbidden, call.Read("B1").Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Start("B1", "A").Error?.Code);
    }

    [Fact]
    public void QuietCallee_FindsAMissedCall()
    {
        var call = new Bench().Will("B", AdmissionOutcome.DoNotDisturb);
        call.Start();
        Assert.Empty(call.Missed);
        call.Tick(60);
        Assert.Equal((EndReason.Unreachable, "B"), (call.Reason, Assert.Single(call.Missed)));
        call = new Bench().Will("B", AdmissionOutcome.DoNotDisturb);
        call.Start();
        call.End("A1");
        Assert.Equal(["B"], call.Missed);
    }

    private static List<string> Play(string script, AdmissionOutcome outcome)
    {
        var seen = new List<string>();
        var bench = Run(script, outcome, seen);
        // And the places where the caller could find a trace of it later.
        seen.Add(JsonSerializer.Serialize(bench.View("A")));
        seen.AddRange(bench.ToldSoFar("A1").Concat(bench.ToldSoFar("A2")).Select(what => JsonSerializer.Serialize(what)));
        seen.AddRange(bench.ToldSoFar("C1").Select(what => JsonSerializer.Serialize(what)));
        if (bench.Phase == CallPhase.Ended)
            seen.Add(
                JsonSerializer.Serialize(CallSessions.From(bench.Call).Participants[0])
                    + JsonSerializer.Serialize(CallSessions.From(bench.Call).Call));
        return seen;
    }

    /// <summary>B is the one who blocks, is quiet, or has no device. Each reply to the caller is written down.</summary>
    private static Bench Run(string script, AdmissionOutcome outcome, List<string> seen)
    {
        var call = new Bench().Will("B", outcome);
        if (script != "invite")
            See(call.Start(callees: script == "group" ? "BC" : "B", offer: Bench.Offer));
        switch (script)
        {
            case "ring out":
                See(call.Tick(59));
                See(call.Read("A1"));
                See(call.Tick(60));
                See(call.Read("A1", afterSeq: 0));
                break;
            case "cancel":
                call.At = 5;
                See(call.End("A1"));
                break;
            case "signals":
                See(call.Signal("A1", "second", kind: SignalKind.Offer));
                foreach (var i in Enumerable.Range(1, 66))
                    See(call.Signal("A1", $"{i}"));
                See(call.Invite("A1", "B"));
                See(call.Move("A2"));
                See(call.Media("A2", MediaState.Connecting));
                See(call.Tick(60));
                See(call.Signal("A2"));
                break;
            case "vanish":
                call.Away("A1");
                See(call.Tick(20));
                break;
            case "group":
                See(call.Ack("C1"));
                See(call.Reject("C1"));
                See(call.Tick(60));
                break;
            case "invite":
                See(call.Start(callees: "C"));
                See(call.Accept("C1"));
                See(call.Invite("A1", "B"));
                See(call.Signal("A1", to: "B"));
                See(call.Invite("C1", "B"));
                See(call.Tick(60));
                See(call.Invite("A1", "B"));
                See(call.Read("C1"));
                See(call.End("A1"));
                break;
            case "start again":
                See(call.Start(callees: "B"));
                See(call.Replace());
                See(call.Start(callees: "B"));
                break;
            default:
                See(call.EndByAdmin());
                break;
        }

        return call;

        void See(CallReply reply) => seen.Add(JsonSerializer.Serialize(reply));
    }
}
