namespace OrleansCalls.Load.Clients;

/// <summary>How far each call is taken.</summary>
internal enum CallPlan
{
    /// <summary>Start, incoming, ack, accept, accepted, end, ended.</summary>
    Answered,

    /// <summary>
    /// As <see cref="Answered"/>, and before its end 20 ICE candidates from each side to the other, one after another.
    /// </summary>
    Signalled,

    /// <summary>Start, incoming, reject, rejected.</summary>
    Rejected,

    /// <summary>Start, incoming, ack: left ringing.</summary>
    Ringing,

    /// <summary>Start, incoming, ack, accept, accepted: left in conversation.</summary>
    Active,

    /// <summary>Left ringing until the service ends it.</summary>
    TimedOut,
}

/// <summary>What has been heard of one call; a plan is done when all that belongs to it has been.</summary>
[Flags]
internal enum Stages
{
    None = 0,
    Started = 1,
    Incoming = 2,
    Acked = 4,
    Ringing = 8,
    AcceptDone = 16,
    Accepted = 32,
    EndDone = 64,
    Ended = 128,
    RejectDone = 256,
    Rejected = 512,
    CallerEnded = 1024,
    Signalled = 2048,
}

/// <summary>One leg of the way that is timed.</summary>
internal enum Step
{
    StartToIncoming,
    AckToRinging,
    AcceptToAccepted,
    RejectToRejected,
    EndToEnded,
    SignalToReceived,

    /// <summary>
    /// From the moment at which the call was meant to start, however late the generator or the pair came to it.
    /// </summary>
    IntendedToIncoming,

    /// <inheritdoc cref="IntendedToIncoming"/>
    IntendedToRejected,
}

/// <summary>A place for one call at a time, between two clients.</summary>
internal sealed class CallSlot(int index, Client caller, Client callee)
{
    public int Index { get; } = index;

    public Client Caller { get; } = caller;

    public Client Callee { get; } = callee;

    /// <summary>The call that is under way, or was last; -1 before the first.</summary>
    public long Number { get; set; } = -1;

    /// <summary>On its way through the plan.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Where the plan leaves it.</summary>
    public bool IsThrough { get; set; }

    /// <summary>When it came there.</summary>
    public DateTimeOffset EndedAt { get; set; }

    public Stages Heard { get; set; }

    public long Intended { get; set; }

    /// <summary>When the last command was sent; by it a call that has got stuck is known.</summary>
    public long SentAt { get; set; }

    public SignalLane FromCaller { get; } = new();

    public SignalLane FromCallee { get; } = new();

    /// <summary>When the ack was sent: the accept that follows may overtake what the caller hears of it.</summary>
    public long AckedAt { get; set; }
}

/// <summary>What belongs to a plan, and what stage a piece of news is.</summary>
internal static class Plans
{
    /// <summary>All that must be heard of a call before its plan is through.</summary>
    public static Stages Goal(CallPlan plan) => plan switch
    {
        CallPlan.Answered => Goal(CallPlan.Active) | Stages.EndDone | Stages.Ended,
        CallPlan.Signalled => Goal(CallPlan.Answered) | Stages.Signalled,
        CallPlan.Rejected => Stages.Started | Stages.Incoming | Stages.RejectDone | Stages.Rejected,
        CallPlan.Ringing => Stages.Started | Stages.Incoming | Stages.Acked | Stages.Ringing,
        CallPlan.Active => Goal(CallPlan.Ringing) | Stages.AcceptDone | Stages.Accepted,
        CallPlan.TimedOut => Goal(CallPlan.Ringing) | Stages.Ended | Stages.CallerEnded,
    };

    /// <summary>The stage that a piece of news is for a call.</summary>
    public static Stages StageOf(bool toCaller, News news) => (news.Heard, toCaller) switch
    {
        (Heard.Done, _) => Done(news.Command),
        (Heard.Incoming, false) => Stages.Incoming,
        (Heard.Progress, true) when news.Raw.IndexOf("\"ringing\""u8) >= 0 => Stages.Ringing,
        (Heard.Accepted, true) => Stages.Accepted,
        (Heard.Rejected, true) => Stages.Rejected,
        (Heard.Ended, true) => Stages.CallerEnded,
        (Heard.Ended, false) => Stages.Ended,
        _ => Stages.None,
    };

    private static Stages Done(Command command) => command switch
    {
        Command.Start => Stages.Started,
        Command.Ack => Stages.Acked,
        Command.Accept => Stages.AcceptDone,
        Command.Reject => Stages.RejectDone,
        Command.End => Stages.EndDone,
        // Signals are counted (CallRunner.Exchange).
        Command.Signal => Stages.None,
    };
}
