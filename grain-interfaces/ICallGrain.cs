using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// One call, by its id. Decides every race of the call, writes before it sends anything, and enforces the deadlines. Never
/// awaits a socket, a push, or a user that could be awaiting it.
/// </summary>
[Alias("OrleansCalls.ICallGrain")]
public interface ICallGrain : IGrainWithStringKey
{
    /// <summary>
    /// Executes a command and returns the resulting call. Idempotent. A rejection is a value (<see cref="CallReply.Error"/>);
    /// an exception means that the outcome is unknown and the command may be retried.
    /// </summary>
    [Alias("Execute"), ResponseTimeout("00:00:05")]
    Task<CallReply> Execute(CallCommand command);

    /// <summary>
    /// Returns the call as <paramref name="userId"/>'s grain should store it; null when the user has no open part in it. Checks
    /// the deadlines first.
    /// </summary>
    [Alias("Check"), ResponseTimeout("00:00:05")]
    Task<OpenCall?> Check(string userId);

    /// <summary>
    /// Called when the call's wake time in the index of open calls has passed, since its timers may have been lost. Checks the
    /// deadlines, continues what is left to do, and stores the next wake time.
    /// </summary>
    [Alias("Wake"), ResponseTimeout("00:00:05")]
    Task Wake();

    /// <summary>
    /// Appends external events (deliveries, push outcomes) to the timeline. Durable once the call has ended; until then they
    /// are written with the call's next event.
    /// </summary>
    [Alias("Report"), ResponseTimeout("00:00:05")]
    Task Report(ImmutableArray<TimelineEntry> entries);

    /// <summary>
    /// Erases a user from an ended call (<c>DELETE /admin/users/{userId}</c>) once all its notices are delivered, and writes
    /// the call's history, so that nothing about the user is written later. Durable and idempotent.
    /// </summary>
    /// <returns>False, without any change, when the call has not ended.</returns>
    [Alias("Forget"), ResponseTimeout("00:00:10")]
    Task<bool> Forget(string userId, string alias);

    /// <summary>Returns the timeline, oldest first, for operators; empty for an unknown id.</summary>
    [Alias("GetTimeline"), ReadOnly, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<TimelineEntry>> GetTimeline();
}

/// <summary>One entry of a call's timeline.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TimelineEntry")]
public sealed record TimelineEntry
{
    /// <summary>When it happened.</summary>
    [Id(0)] public required DateTimeOffset At { get; init; }

    /// <summary>The kind, in lower snake case: a command, an event, a delivery, a push result, a timer.</summary>
    [Id(1)] public required string What { get; init; }

    /// <summary>The user concerned.</summary>
    [Id(2)] public string? UserId { get; init; }

    /// <summary>The device concerned.</summary>
    [Id(3)] public string? DeviceId { get; init; }

    /// <summary>Details; never SDP, tokens or names.</summary>
    [Id(4)] public string? Detail { get; init; }
}

/// <summary>What a user's grain stores of a call in which the user has an open part.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.OpenCall")]
public sealed record OpenCall
{
    /// <summary>The call.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>The number of the newest event, which orders notices.</summary>
    [Id(1)] public required long Seq { get; init; }

    /// <summary>Whether this user is the caller.</summary>
    [Id(2)] public required bool IsCaller { get; init; }

    /// <summary>User id of the caller.</summary>
    [Id(3)] public required string CallerId { get; init; }

    /// <summary>User ids of all callees.</summary>
    [Id(4)] public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>The state of the call.</summary>
    [Id(5)] public required CallPhase State { get; init; }

    /// <summary>The state of this user's leg; null for the caller.</summary>
    [Id(6)] public LegPhase? Leg { get; init; }

    /// <summary>Audio or video.</summary>
    [Id(7)] public required CallMedia Media { get; init; }

    /// <summary>The ring deadline.</summary>
    [Id(8)] public required DateTimeOffset RingUntil { get; init; }

    /// <summary>This user's bound device; null if there is none.</summary>
    [Id(9)] public string? BoundDeviceId { get; init; }

    /// <summary>Whether the bound device had a socket in this call, so that its absence ends this part.</summary>
    [Id(10)] public bool BoundDeviceHasSocket { get; init; }

    /// <summary>Whether the user silenced the ring.</summary>
    [Id(11)] public bool Silenced { get; init; }

    /// <summary>Devices of this user that have been pushed for this call.</summary>
    [Id(12)] public ImmutableArray<string> PushedDeviceIds { get; init; } = [];

    /// <summary>When the call was started.</summary>
    [Id(13)] public DateTimeOffset CreatedAt { get; init; }
}
