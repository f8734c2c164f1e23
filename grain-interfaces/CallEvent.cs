using System.Text.Json.Serialization;

namespace OrleansCalls;

/// <summary>
/// An event for clients. The gateway maps each type to one client method; the names below are those of the stored form.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(CallIncoming), "incoming")]
[JsonDerivedType(typeof(CallProgress), "progress")]
[JsonDerivedType(typeof(CallAccepted), "accepted")]
[JsonDerivedType(typeof(CallReady), "ready")]
[JsonDerivedType(typeof(CallRejected), "rejected")]
[JsonDerivedType(typeof(CallUpdated), "updated")]
[JsonDerivedType(typeof(CallEnded), "ended")]
[JsonDerivedType(typeof(SignalReceived), "signal")]
[JsonDerivedType(typeof(MissedCallsAcked), "missed_calls_acked")]
[JsonDerivedType(typeof(NotificationReceived), "notification")]
[GenerateSerializer, Immutable, Alias("OrleansCalls.ClientEvent")]
public abstract record ClientEvent;

/// <summary>An event of one call. <see cref="Seq"/> increases by one with each numbered event of a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallEvent")]
public abstract record CallEvent : ClientEvent
{
    /// <summary>The call.</summary>
    [Id(0), JsonPropertyOrder(-2)] public required string CallId { get; init; }

    /// <summary>The event's number; 0 for signals, which are not numbered.</summary>
    [Id(1), JsonPropertyOrder(-1)] public long Seq { get; init; }
}

/// <summary>An incoming call for a device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallIncoming")]
public sealed record CallIncoming : CallEvent
{
    /// <summary>The call as seen by this callee.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>The caller's offer; null until there is one.</summary>
    [Id(1)] public SessionDescription? Offer { get; init; }
}

/// <summary>Progress of a callee's ring, for the caller.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallProgress")]
public sealed record CallProgress : CallEvent
{
    /// <summary>The callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>The stage of the ring.</summary>
    [Id(1)] public required RingStage Stage { get; init; }
}

/// <summary>A callee accepted; sent to the caller's bound device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallAccepted")]
public sealed record CallAccepted : CallEvent
{
    /// <summary>The callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(3)] public string? Name { get; init; }

    /// <summary>The accepting device.</summary>
    [Id(1)] public string? DeviceId { get; init; }

    /// <summary>The answer, if it came with the accept.</summary>
    [Id(2)] public SessionDescription? Answer { get; init; }
}

/// <summary>The accepting device is ready for media; sent to both bound devices.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallReady")]
public sealed record CallReady : CallEvent
{
    /// <summary>The callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The answer, if it came with ready.</summary>
    [Id(1)] public SessionDescription? Answer { get; init; }
}

/// <summary>A callee rejected; sent to the caller's devices.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallRejected")]
public sealed record CallRejected : CallEvent
{
    /// <summary>The callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>The callee's reason.</summary>
    [Id(1)] public string? Reason { get; init; }
}

/// <summary>Legs changed; sent to everyone in the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallUpdated")]
public sealed record CallUpdated : CallEvent
{
    /// <summary>The call as seen by this user.</summary>
    [Id(0)] public required Call Call { get; init; }
}

/// <summary>The call has ended for the receiving devices.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallEnded")]
public sealed record CallEnded : CallEvent
{
    /// <summary>The end reason, as disclosed to this user.</summary>
    [Id(0)] public required EndReason Reason { get; init; }

    /// <summary>The user who ended it.</summary>
    [Id(1)] public string? EndedBy { get; init; }

    /// <summary>Milliseconds from answer to end; null if unanswered.</summary>
    [Id(2)] public long? DurationMs { get; init; }
}

/// <summary>A signal from the bound peer device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SignalReceived")]
public sealed record SignalReceived : CallEvent
{
    /// <summary>The sender, set by the service.</summary>
    [Id(0)] public required string FromUserId { get; init; }

    /// <summary>The kind of signal.</summary>
    [Id(1)] public required SignalKind Kind { get; init; }

    /// <summary>JSON text.</summary>
    [Id(2)] public required string Payload { get; init; }

    /// <summary>
    /// The count of the call's signals sent to this user, including this one; 0 from silos before version 1.2. Not visible to
    /// clients.
    /// </summary>
    [Id(3), JsonIgnore] public long Number { get; init; }
}

/// <summary>Missed calls were acknowledged on another device of the user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MissedCallsAcked")]
public sealed record MissedCallsAcked : ClientEvent
{
    /// <summary>The acknowledged missed calls are those up to this time.</summary>
    [Id(0)] public required DateTimeOffset UpTo { get; init; }
}

/// <summary>A notification of an app's back end.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NotificationReceived")]
public sealed record NotificationReceived : ClientEvent
{
    /// <summary>The type, chosen by the back end.</summary>
    [Id(0)] public required string Type { get; init; }

    /// <summary>JSON text.</summary>
    [Id(1)] public required string Payload { get; init; }
}

/// <summary>The user's settings were changed on another device. It belongs to no call, so that no row stores it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SettingsChanged")]
public sealed record SettingsChanged : ClientEvent
{
    /// <summary>The complete settings.</summary>
    [Id(0)] public required UserSettings Settings { get; init; }
}

/// <summary>An event with its receiving devices of one user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Envelope")]
public sealed record Envelope
{
    /// <summary>The event.</summary>
    [Id(0)] public required ClientEvent Event { get; init; }

    /// <summary>The only receiving device; null for all.</summary>
    [Id(1)] public string? OnlyDevice { get; init; }

    /// <summary>The excluded device; null for none.</summary>
    [Id(2)] public string? ExceptDevice { get; init; }
}
