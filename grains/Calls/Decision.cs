using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>What <see cref="CallMachine"/> is told beside state and command.</summary>
public sealed record CallContext
{
    /// <summary>The time of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Times and limits.</summary>
    public required CallOptions Options { get; init; }

    /// <summary>Users who ended this id before it was started: a hang-up that overtook its invite.</summary>
    public ImmutableHashSet<string> EndedEarlyBy { get; init; } = [];

    /// <summary>The users' answers, when the decision before this one asked for them.</summary>
    public ImmutableDictionary<string, Admission>? Admissions { get; init; }

    /// <summary>What the app's back end has against it, when it was asked the question of the decision before this one.</summary>
    public CallError? Denied { get; init; }
}

/// <summary>What <see cref="CallMachine"/> decided. The host carries it out in the order of the members.</summary>
public sealed record Decision
{
    /// <summary>
    /// Users to be asked for a place, in this order, before the command can be decided; nothing else is set then but
    /// <see cref="State"/>. The same command is decided again with their answers.
    /// </summary>
    public ImmutableArray<(string UserId, AdmissionRequest Request)> Ask { get; init; } = [];

    /// <summary>With <see cref="Ask"/>: what an app's back end may be asked first, before any user hears of it.</summary>
    public CallQuestion? Question { get; init; }

    /// <summary>Users who hold a place that this decision gives back.</summary>
    public ImmutableArray<string> Release { get; init; } = [];

    /// <summary>The call from now on; null while there is none.</summary>
    public CallState? State { get; init; }

    /// <summary>The state has to be written before anything below leaves.</summary>
    public bool Durable { get; init; }

    /// <summary>News for users, in order.</summary>
    public ImmutableArray<UserNotice> Notices { get; init; } = [];

    /// <summary>Older calls of the same two people, which are to end as replaced.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>The call that answers instead of this one (glare), and what to say to it.</summary>
    public (string CallId, CallCommand Command)? Instead { get; init; }

    /// <summary>The actor ended an id that is not known yet.</summary>
    public string? EndedEarlyBy { get; init; }

    /// <summary>The answer to the actor.</summary>
    public required CallReply Reply { get; init; }
}
