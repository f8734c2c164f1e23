using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The sender of a command, as verified by the gateway; never taken from a message body.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Actor")]
public sealed record Actor
{
    /// <summary>The user id from the token.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The display name from the token.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>The device; null for an app back end.</summary>
    [Id(2)] public string? DeviceId { get; init; }

    /// <summary>
    /// Whether the command came over a live connection of <see cref="DeviceId"/>; only then does its absence count later.
    /// </summary>
    [Id(3)] public bool OverSocket { get; init; }

    /// <summary>The connection of the command; null over REST, and from gateways before version 1.2.</summary>
    [Id(4)] public Route? Route { get; init; }
}

/// <summary>A command on one call by a party, an operator or the service itself.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallCommand")]
public abstract record CallCommand
{
    /// <summary>The sender; null for the service itself.</summary>
    [Id(0)] public Actor? Actor { get; init; }
}

/// <summary>Starts a call. Idempotent for the same id and caller.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.StartCall")]
public sealed record StartCall : CallCommand
{
    /// <summary>The id of the addressed grain.</summary>
    [Id(6)] public required string CallId { get; init; }

    /// <summary>1 to 16 user ids, without duplicates and without the caller.</summary>
    [Id(0)] public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>Audio or video.</summary>
    [Id(1)] public required CallMedia Media { get; init; }

    /// <summary>The caller's SDP offer; it may follow later as a signal.</summary>
    [Id(2)] public SessionDescription? Offer { get; init; }

    /// <summary>The app's own conversation id.</summary>
    [Id(3)] public string? ConversationId { get; init; }

    /// <summary>The app's own flat metadata.</summary>
    [Id(4)] public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>The ring time, 10-180 s; null for the default.</summary>
    [Id(5)] public int? RingSeconds { get; init; }
}

/// <summary>Reports that the actor's device is alerting.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AckRinging")]
public sealed record AckRinging : CallCommand;

/// <summary>Accepts the call on the actor's device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AcceptCall")]
public sealed record AcceptCall : CallCommand
{
    /// <summary>The SDP answer; it may follow later.</summary>
    [Id(0)] public SessionDescription? Answer { get; init; }

    /// <summary>False when the app is still starting; <see cref="ReadyCall"/> must follow within 20 s.</summary>
    [Id(1)] public bool Ready { get; init; } = true;
}

/// <summary>Reports that the accepting device is ready for media.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReadyCall")]
public sealed record ReadyCall : CallCommand
{
    /// <summary>The SDP answer, if it was not part of the accept.</summary>
    [Id(0)] public SessionDescription? Answer { get; init; }
}

/// <summary>Rejects the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RejectCall")]
public sealed record RejectCall : CallCommand
{
    /// <summary>The reason, at most 128 characters.</summary>
    [Id(0)] public string? Reason { get; init; }
}

/// <summary>Cancels (the caller before an answer), hangs up (any party after it) or rejects (a ringing callee).</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndCall")]
public sealed record EndCall : CallCommand
{
    /// <summary>Free text for the timeline, at most 128 characters.</summary>
    [Id(0)] public string? Reason { get; init; }

    /// <summary>
    /// Whether the actor's part ends <see cref="EndReason.Failed"/>, since the service itself could not connect it (a telephone
    /// bridge). Never taken from a message body.
    /// </summary>
    [Id(1)] public bool Failed { get; init; }
}

/// <summary>Silences the ring on the actor's devices; the caller is not notified.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SilenceCall")]
public sealed record SilenceCall : CallCommand;

/// <summary>Requests the offer, for a ringing or connecting callee.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RequestOffer")]
public sealed record RequestOffer : CallCommand;

/// <summary>Sends a signal to the bound peer device; it is queued in order while the peer has none.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SendSignal")]
public sealed record SendSignal : CallCommand
{
    /// <summary>The kind of signal.</summary>
    [Id(0)] public required SignalKind Kind { get; init; }

    /// <summary>JSON text, at most 64 KiB, passed on unparsed except a first offer.</summary>
    [Id(1)] public required string Payload { get; init; }

    /// <summary>The receiving party; optional while there are two.</summary>
    [Id(2)] public string? ToUserId { get; init; }
}

/// <summary>Invites more users into a live call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.InviteToCall")]
public sealed record InviteToCall : CallCommand
{
    /// <summary>Users who are not in the call, including a caller who has left; at most 16 callees in total.</summary>
    [Id(0)] public required ImmutableArray<string> CalleeIds { get; init; }
}

/// <summary>Moves the actor's live call to the actor's device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MoveCall")]
public sealed record MoveCall : CallCommand;

/// <summary>Reports the state of a bound device's media path.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReportMedia")]
public sealed record ReportMedia : CallCommand
{
    /// <summary>The state of the media path.</summary>
    [Id(0)] public required MediaState State { get; init; }

    /// <summary>Whether audio is sent.</summary>
    [Id(1)] public bool? Audio { get; init; }

    /// <summary>Whether camera video is sent.</summary>
    [Id(2)] public bool? Video { get; init; }

    /// <summary>Whether a screen is shared.</summary>
    [Id(3)] public bool? Screen { get; init; }

    /// <summary>The measurements; null when there are none.</summary>
    [Id(4)] public MediaStats? Stats { get; init; }
}

/// <summary>Rates an ended call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RateCall")]
public sealed record RateCall : CallCommand
{
    /// <summary>1 (bad) to 5 (good).</summary>
    [Id(0)] public required int Stars { get; init; }
}

/// <summary>Reads the current state of the call; without an actor for operators.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReadCall")]
public sealed record ReadCall : CallCommand
{
    /// <summary>
    /// If set, the reply also holds what the actor's device needs to resume (offer, answer) and, if still available, the events
    /// after this seq.
    /// </summary>
    [Id(0)] public long? AfterSeq { get; init; }
}

/// <summary>Ends the call on behalf of an operator.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndByAdmin")]
public sealed record EndByAdmin : CallCommand
{
    /// <summary>The operator, for the timeline; never shown to the parties.</summary>
    [Id(0)] public string? OperatorId { get; init; }
}

/// <summary>Ends the call because the same two users started <see cref="ByCallId"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReplaceCall")]
public sealed record ReplaceCall : CallCommand
{
    /// <summary>The call that replaces this one.</summary>
    [Id(0)] public required string ByCallId { get; init; }
}

/// <summary>A bound device lost its last connection, or connected again.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DevicePresence")]
public sealed record DevicePresence : CallCommand
{
    /// <summary>The device's user.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The device.</summary>
    [Id(1)] public required string DeviceId { get; init; }

    /// <summary>Whether it has a live connection.</summary>
    [Id(2)] public required bool Connected { get; init; }
}

/// <summary>The outcome of a push: accepted by its provider, or failed permanently.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PushOutcome")]
public sealed record PushOutcome : CallCommand
{
    /// <summary>The device's user.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The device.</summary>
    [Id(1)] public required string DeviceId { get; init; }

    /// <summary>The provider.</summary>
    [Id(2)] public required PushProvider Provider { get; init; }

    /// <summary>Null when the provider accepted it, else an error code.</summary>
    [Id(3)] public string? Error { get; init; }
}

/// <summary>Checks the deadlines; sent by timers, sweeps, and parties that have not heard from the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CheckDeadlines")]
public sealed record CheckDeadlines : CallCommand;
