using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>The input of <see cref="CallMachine"/> besides state and command.</summary>
public sealed record CallContext
{
    /// <summary>The time of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Times and limits.</summary>
    public required CallOptions Options { get; init; }

    /// <summary>Users who ended this id before it was started: their hang-up overtook the invite.</summary>
    public ImmutableHashSet<string> EndedEarlyBy { get; init; } = [];

    /// <summary>The users' admissions, if the previous decision asked for them.</summary>
    public ImmutableDictionary<string, Admission>? Admissions { get; init; }

    /// <summary>The denial by the app's back end, if it was asked the previous decision's question.</summary>
    public CallError? Denied { get; init; }
}

/// <summary>The result of <see cref="CallMachine"/>. The host executes it in the order of the members.</summary>
public sealed record Decision
{
    /// <summary>
    /// Users to ask for admission, in this order, before the command can be decided; only <see cref="State"/> is set beside it.
    /// The same command is decided again with their admissions.
    /// </summary>
    public ImmutableArray<(string UserId, AdmissionRequest Request)> Ask { get; init; } = [];

    /// <summary>With <see cref="Ask"/>: the question for the app's back end, asked before any user is.</summary>
    public CallQuestion? Question { get; init; }

    /// <summary>Users whose place this decision releases.</summary>
    public ImmutableArray<string> Release { get; init; } = [];

    /// <summary>The next state; null while there is no call.</summary>
    public CallState? State { get; init; }

    /// <summary>The state must be written before anything below is sent.</summary>
    public bool Durable { get; init; }

    /// <summary>Notices for users, in order.</summary>
    public ImmutableArray<UserNotice> Notices { get; init; } = [];

    /// <summary>Older calls of the same two users to end as replaced.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>The call that replies instead of this one (glare), and the command for it.</summary>
    public (string CallId, CallCommand Command)? Instead { get; init; }

    /// <summary>The actor who ended an unknown id.</summary>
    public string? EndedEarlyBy { get; init; }

    /// <summary>The reply to the actor.</summary>
    public required CallReply Reply { get; init; }
}
