using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// One call, by its id. Decides every race of the call, writes before it tells anyone, and keeps the deadlines.
/// Never awaits a socket, a push or a command to a user who could be waiting for it.
/// </summary>
[Alias("OrleansCalls.ICallGrain")]
public interface ICallGrain : IGrainWithStringKey
{
    /// <summary>
    /// Carries out one command and answers with the call as it then is. Safe to repeat. A refusal is a value
    /// (<see cref="CallReply.Error"/>), an exception means that the outcome is unknown and the command may be sent again.
    /// </summary>
    [Alias("Execute"), ResponseTimeout("00:00:05")]
    Task<CallReply> Execute(CallCommand command);

    /// <summary>
    /// What <paramref name="userId"/>'s own bookkeeping should hold of this call; null when the user has no open part in it.
    /// Looks at the deadlines first.
    /// </summary>
    [Alias("Check"), ResponseTimeout("00:00:05")]
    Task<OpenCall?> Check(string userId);

    /// <summary>
    /// The call's time in the index of open calls has come: timers should have seen to it, and may have been lost. Looks at the deadlines,
    /// goes on with what is left to do, and says when to look again.
    /// </summary>
    [Alias("Wake"), ResponseTimeout("00:00:05")]
    Task Wake();

    /// <summary>
    /// Adds what happened outside (deliveries, outcomes of pushes) to the timeline. Durable once the call has ended; until then it is written
    /// with the call's next event.
    /// </summary>
    [Alias("Report"), ResponseTimeout("00:00:05")]
    Task Report(ImmutableArray<TimelineEntry> entries);

    /// <summary>
    /// Takes a person out of an ended call (<c>DELETE /admin/users/{userId}</c>) once all its news are delivered, and writes the call's
    /// history, so that nothing of that person comes after. Durable; safe to repeat.
    /// </summary>
    /// <returns>False when the call has not ended: then nothing is changed.</returns>
    [Alias("Forget"), ResponseTimeout("00:00:10")]
    Task<bool> Forget(string userId, string alias);

    /// <summary>Everything that happened to this call, oldest first, for operators; empty for an unknown id.</summary>
    [Alias("GetTimeline"), ReadOnly, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<TimelineEntry>> GetTimeline();
}

/// <summary>One line of a call's timeline.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TimelineEntry")]
public sealed record TimelineEntry
{
    /// <summary>When.</summary>
    [Id(0)] public required DateTimeOffset At { get; init; }

    /// <summary>What, in lower snake case: a command, an event, a delivery, a push result, a timer.</summary>
    [Id(1)] public required string What { get; init; }

    /// <summary>Whom it concerns.</summary>
    [Id(2)] public string? UserId { get; init; }

    /// <summary>Which device.</summary>
    [Id(3)] public string? DeviceId { get; init; }

    /// <summary>A word or two more; never SDP, tokens or names.</summary>
    [Id(4)] public string? Detail { get; init; }
}

/// <summary>What a user's grain keeps of a call in which that user has an open part.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.OpenCall")]
public sealed record OpenCall
{
    /// <summary>Which call.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>Number of the newest event, to tell older news from newer.</summary>
    [Id(1)] public required long Seq { get; init; }

    /// <summary>Whether this user started it.</summary>
    [Id(2)] public required bool IsCaller { get; init; }

    /// <summary>User id of the caller.</summary>
    [Id(3)] public required string CallerId { get; init; }

    /// <summary>User ids of all callees.</summary>
    [Id(4)] public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>Where the call is.</summary>
    [Id(5)] public required CallPhase State { get; init; }

    /// <summary>Where this user's leg is; null for the caller.</summary>
    [Id(6)] public LegPhase? Leg { get; init; }

    /// <summary>Audio or video.</summary>
    [Id(7)] public required CallMedia Media { get; init; }

    /// <summary>The ring deadline.</summary>
    [Id(8)] public required DateTimeOffset RingUntil { get; init; }

    /// <summary>This user's bound device, if one is.</summary>
    [Id(9)] public string? BoundDeviceId { get; init; }

    /// <summary>Whether the bound device's absence ends this part: it had a socket in this call.</summary>
    [Id(10)] public bool BoundDeviceHasSocket { get; init; }

    /// <summary>The user silenced the ringing.</summary>
    [Id(11)] public bool Silenced { get; init; }

    /// <summary>Devices of this user that have been pushed for this call.</summary>
    [Id(12)] public ImmutableArray<string> PushedDeviceIds { get; init; } = [];

    /// <summary>When the call was started.</summary>
    [Id(13)] public DateTimeOffset CreatedAt { get; init; }
}
