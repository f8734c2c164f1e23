namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>The states a call can be in, each reached by commands only. In a group A calls B, C and D.</summary>
internal static class Situations
{
    public static readonly (string Name, Func<Bench> Reach)[] OneToOne =
    [
        ("Ringing, nobody reached (`notifying`)", Notifying),
        ("Ringing, a push is out (`push_sent`)", PushSent),
        ("Ringing, B1 alerts (`ringing`)", Ringing),
        ("Connecting: B1 accepted and is not ready", Connecting),
        ("Active: B1 is ready", Active),
        ("Active, no device has a socket: `A` started, `B` accepted", ActiveByRest),
    ];

    public static readonly (string Name, Func<Bench> Reach)[] Group =
    [
        ("Group, ringing: B1 alerts, C is pushed, D declined", GroupRinging),
        ("Group, active: B joined, C1 alerts, D declined", GroupActive),
        ("Group, active, the caller has left: B and C joined, D declined", GroupCallerLeft),
        ("Group, active, the caller has left and is invited back: A rings, B and C joined, D declined", GroupCallerRung),
    ];

    /// <summary>Every way to end, by its reason.</summary>
    public static readonly (EndReason Reason, Func<Bench> Reach)[] Ended =
    [
        (EndReason.Completed, () => Then(Active(), c => c.End("B1"))),
        (EndReason.Cancelled, () => Then(Ringing(), c => c.End("A1"))),
        (EndReason.Rejected, () => Then(Ringing(), c => c.Reject("B1"))),
        (EndReason.Busy, () => Then(new Bench().Will("B", AdmissionOutcome.Busy), c => c.Start(offer: Bench.Offer))),
        (EndReason.NoAnswer, () => Then(Ringing(), c => c.Tick(60))),
        (EndReason.Unreachable, () => Then(PushSent(), c => c.Tick(60))),
        (EndReason.ConnectTimeout, () => Then(Connecting(), c => c.Tick(60))),
        (EndReason.Lost, () => Then(Active(), c =>
        {
            c.Away("B1");
            c.Tick(60);
        })),
        (EndReason.Replaced, () => Then(Ringing(), c => c.Replace())),
        (EndReason.EndedByAdmin, () => Then(Ringing(), c => c.EndByAdmin())),
        (EndReason.Failed, () => Then(Active(), c => c.Fail("A1"))),
    ];

    public static Bench Notifying() => Then(new Bench(), c => c.Start(offer: Bench.Offer));

    public static Bench PushSent() => Then(Notifying(), c => c.Pushed("B1"));

    public static Bench Ringing() => Then(Notifying(), c => c.Ack("B1"));

    public static Bench Connecting() => Then(Ringing(), c => c.Accept("B1", ready: false));

    public static Bench Active() => Then(Connecting(), c => c.Ready("B1", Bench.Answer));

    public static Bench ActiveByRest() => Then(new Bench(), c =>
    {
        c.Start("A", offer: Bench.Offer);
        c.Accept("B", answer: Bench.Answer);
    });

    public static Bench GroupRinging() => Then(new Bench(), c =>
    {
        c.Start(callees: "BCD", offer: Bench.Offer);
        c.Ack("B1");
        c.Pushed("C1");
        c.Reject("D1");
    });

    public static Bench GroupActive() => Then(GroupRinging(), c =>
    {
        c.Ack("C1");
        c.Accept("B1", answer: Bench.Answer);
    });

    public static Bench GroupCallerLeft() => Then(GroupActive(), c =>
    {
        c.Accept("C1");
        c.End("A1");
    });

    public static Bench GroupCallerRung() => Then(GroupCallerLeft(), c => c.Invite("B1", "A"));

    public static Bench Then(Bench bench, Action<Bench> what)
    {
        what(bench);
        return bench;
    }
}
