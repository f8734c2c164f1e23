using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>Who gives a command, as the gateway verified it; nothing in here comes out of a message body.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Actor")]
public sealed record Actor
{
    /// <summary>User id out of the token.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Display name out of the token.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>The device that speaks; null for an app back end.</summary>
    [Id(2)] public string? DeviceId { get; init; }

    /// <summary>True when the command came over a live connection of <see cref="DeviceId"/>, which makes its absence count later.</summary>
    [Id(3)] public bool OverSocket { get; init; }

    /// <summary>The connection that the command came over; null for one over REST, and from gateways of versions before 1.2.</summary>
    [Id(4)] public Route? Route { get; init; }
}

/// <summary>Something a party, an operator or the service itself asks of one call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallCommand")]
public abstract record CallCommand
{
    /// <summary>Who asks; null when the service itself does.</summary>
    [Id(0)] public Actor? Actor { get; init; }
}

/// <summary>Rings people. The same id by the same caller is the same call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.StartCall")]
public sealed record StartCall : CallCommand
{
    /// <summary>The id of the grain that is addressed.</summary>
    [Id(6)] public required string CallId { get; init; }

    /// <summary>1 to 16 user ids, none twice, not the caller's.</summary>
    [Id(0)] public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>Audio or video.</summary>
    [Id(1)] public required CallMedia Media { get; init; }

    /// <summary>The caller's SDP offer; may follow later as a signal.</summary>
    [Id(2)] public SessionDescription? Offer { get; init; }

    /// <summary>The app's own conversation id.</summary>
    [Id(3)] public string? ConversationId { get; init; }

    /// <summary>The app's own flat data.</summary>
    [Id(4)] public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>How long to ring, 10-180 s; null for the default.</summary>
    [Id(5)] public int? RingSeconds { get; init; }
}

/// <summary>The actor's device is alerting now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AckRinging")]
public sealed record AckRinging : CallCommand;

/// <summary>The actor's device takes the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AcceptCall")]
public sealed record AcceptCall : CallCommand
{
    /// <summary>The SDP answer, if there is one yet.</summary>
    [Id(0)] public SessionDescription? Answer { get; init; }

    /// <summary>False: picked up, still starting; <see cref="ReadyCall"/> must follow within 20 s.</summary>
    [Id(1)] public bool Ready { get; init; } = true;
}

/// <summary>The accepting device can take media now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReadyCall")]
public sealed record ReadyCall : CallCommand
{
    /// <summary>The SDP answer, if it was not in the accept.</summary>
    [Id(0)] public SessionDescription? Answer { get; init; }
}

/// <summary>The actor declines.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RejectCall")]
public sealed record RejectCall : CallCommand
{
    /// <summary>The callee's own words, 128 characters at most.</summary>
    [Id(0)] public string? Reason { get; init; }
}

/// <summary>The caller before an answer: cancel. Anyone after it: hang up. A ringing callee: decline.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndCall")]
public sealed record EndCall : CallCommand
{
    /// <summary>Free text for the timeline, 128 characters at most.</summary>
    [Id(0)] public string? Reason { get; init; }

    /// <summary>
    /// The actor's part ends <see cref="EndReason.Failed"/>: the service itself could not connect it (a telephone bridge). Never out of a
    /// message body.
    /// </summary>
    [Id(1)] public bool Failed { get; init; }
}

/// <summary>Stops the ringing on the actor's devices; the caller is not told.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SilenceCall")]
public sealed record SilenceCall : CallCommand;

/// <summary>A callee asks for the offer, while ringing or connecting.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RequestOffer")]
public sealed record RequestOffer : CallCommand;

/// <summary>Passes a signal to the bound peer device; kept in order while the peer has none.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SendSignal")]
public sealed record SendSignal : CallCommand
{
    /// <summary>What it is.</summary>
    [Id(0)] public required SignalKind Kind { get; init; }

    /// <summary>JSON text, 64 KiB at most, passed on unread but for a first offer.</summary>
    [Id(1)] public required string Payload { get; init; }

    /// <summary>The receiving party; may be null while there are just two.</summary>
    [Id(2)] public string? ToUserId { get; init; }
}

/// <summary>Rings more people into a live call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.InviteToCall")]
public sealed record InviteToCall : CallCommand
{
    /// <summary>People who are not in the call, a caller who has left among them; 16 callees in all.</summary>
    [Id(0)] public required ImmutableArray<string> CalleeIds { get; init; }
}

/// <summary>Takes the actor's live call over on the actor's device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MoveCall")]
public sealed record MoveCall : CallCommand;

/// <summary>A bound device tells how its media path is.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReportMedia")]
public sealed record ReportMedia : CallCommand
{
    /// <summary>The state of the media path.</summary>
    [Id(0)] public required MediaState State { get; init; }

    /// <summary>Whether sound is being sent.</summary>
    [Id(1)] public bool? Audio { get; init; }

    /// <summary>Whether a camera picture is being sent.</summary>
    [Id(2)] public bool? Video { get; init; }

    /// <summary>Whether a screen is being shared.</summary>
    [Id(3)] public bool? Screen { get; init; }

    /// <summary>What was measured; null when nothing was.</summary>
    [Id(4)] public MediaStats? Stats { get; init; }
}

/// <summary>A party of an ended call says how it was.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.RateCall")]
public sealed record RateCall : CallCommand
{
    /// <summary>1 (bad) to 5 (good).</summary>
    [Id(0)] public required int Stars { get; init; }
}

/// <summary>Reads the call as it now is; without an actor, for operators.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReadCall")]
public sealed record ReadCall : CallCommand
{
    /// <summary>
    /// When given, the reply also holds what the actor's device needs to go on (offer, answer) and, where they are still known, the events after this seq.
    /// </summary>
    [Id(0)] public long? AfterSeq { get; init; }
}

/// <summary>An operator ends the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndByAdmin")]
public sealed record EndByAdmin : CallCommand
{
    /// <summary>Which operator: for the timeline, never shown to the parties.</summary>
    [Id(0)] public string? OperatorId { get; init; }
}

/// <summary>The same two people started again as <see cref="ByCallId"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ReplaceCall")]
public sealed record ReplaceCall : CallCommand
{
    /// <summary>The call that takes over.</summary>
    [Id(0)] public required string ByCallId { get; init; }
}

/// <summary>A bound device's last connection went, or one came back.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DevicePresence")]
public sealed record DevicePresence : CallCommand
{
    /// <summary>Whose device.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Which device.</summary>
    [Id(1)] public required string DeviceId { get; init; }

    /// <summary>Whether it has a live connection now.</summary>
    [Id(2)] public required bool Connected { get; init; }
}

/// <summary>A push for this call was handed to its provider, or failed for good.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PushOutcome")]
public sealed record PushOutcome : CallCommand
{
    /// <summary>Whose device.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Which device.</summary>
    [Id(1)] public required string DeviceId { get; init; }

    /// <summary>Which provider.</summary>
    [Id(2)] public required PushProvider Provider { get; init; }

    /// <summary>Null when the provider took it, else a short error code.</summary>
    [Id(3)] public string? Error { get; init; }
}

/// <summary>Look at the deadlines: sent by timers, sweeps and parties who doubt that the call still lives.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CheckDeadlines")]
public sealed record CheckDeadlines : CallCommand;
