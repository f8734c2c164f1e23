using System.Text.Json.Serialization;

namespace OrleansCalls;

/// <summary>Something a client is told. The gateway turns each into one client method; the names below are how it is stored.</summary>
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

/// <summary>An event of one call. <see cref="Seq"/> grows by one with each numbered event of a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallEvent")]
public abstract record CallEvent : ClientEvent
{
    /// <summary>Which call.</summary>
    [Id(0), JsonPropertyOrder(-2)] public required string CallId { get; init; }

    /// <summary>Its number; 0 for signals, which are not numbered.</summary>
    [Id(1), JsonPropertyOrder(-1)] public long Seq { get; init; }
}

/// <summary>A device is to ring.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallIncoming")]
public sealed record CallIncoming : CallEvent
{
    /// <summary>The call as this callee sees it.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>The caller's offer, if there is one yet.</summary>
    [Id(1)] public SessionDescription? Offer { get; init; }
}

/// <summary>The caller is told how far a callee has been reached.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallProgress")]
public sealed record CallProgress : CallEvent
{
    /// <summary>Which callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>How far.</summary>
    [Id(1)] public required RingStage Stage { get; init; }
}

/// <summary>A callee accepted; to the caller's bound device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallAccepted")]
public sealed record CallAccepted : CallEvent
{
    /// <summary>Which callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(3)] public string? Name { get; init; }

    /// <summary>On which device.</summary>
    [Id(1)] public string? DeviceId { get; init; }

    /// <summary>The answer, if it came with the accept.</summary>
    [Id(2)] public SessionDescription? Answer { get; init; }
}

/// <summary>The accepting device can take media; to both bound devices.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallReady")]
public sealed record CallReady : CallEvent
{
    /// <summary>Which callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The answer, if it came with ready.</summary>
    [Id(1)] public SessionDescription? Answer { get; init; }
}

/// <summary>A callee declined; to the caller's devices.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallRejected")]
public sealed record CallRejected : CallEvent
{
    /// <summary>Which callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The callee's display name, where its token has one.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>The callee's own words.</summary>
    [Id(1)] public string? Reason { get; init; }
}

/// <summary>Legs changed; to everyone in the call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallUpdated")]
public sealed record CallUpdated : CallEvent
{
    /// <summary>The call as this reader sees it.</summary>
    [Id(0)] public required Call Call { get; init; }
}

/// <summary>The call is over for the devices that hear this.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallEnded")]
public sealed record CallEnded : CallEvent
{
    /// <summary>Why, as this reader may know it.</summary>
    [Id(0)] public required EndReason Reason { get; init; }

    /// <summary>User id of whoever ended it.</summary>
    [Id(1)] public string? EndedBy { get; init; }

    /// <summary>Milliseconds from answer to end, if it was answered.</summary>
    [Id(2)] public long? DurationMs { get; init; }
}

/// <summary>A signal from the bound peer device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SignalReceived")]
public sealed record SignalReceived : CallEvent
{
    /// <summary>The sender, filled in by the service.</summary>
    [Id(0)] public required string FromUserId { get; init; }

    /// <summary>What it is.</summary>
    [Id(1)] public required SignalKind Kind { get; init; }

    /// <summary>JSON text.</summary>
    [Id(2)] public required string Payload { get; init; }

    /// <summary>How many signals of the call its user was sent with this one; 0 from silos of versions before 1.2. Clients do not see it.</summary>
    [Id(3), JsonIgnore] public long Number { get; init; }
}

/// <summary>Missed calls were acknowledged on another device of mine.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MissedCallsAcked")]
public sealed record MissedCallsAcked : ClientEvent
{
    /// <summary>All missed calls up to here are seen.</summary>
    [Id(0)] public required DateTimeOffset UpTo { get; init; }
}

/// <summary>An app back end's own notice.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NotificationReceived")]
public sealed record NotificationReceived : ClientEvent
{
    /// <summary>The back end's word for it.</summary>
    [Id(0)] public required string Type { get; init; }

    /// <summary>JSON text.</summary>
    [Id(1)] public required string Payload { get; init; }
}

/// <summary>The user's own settings were changed on another device of mine. Of no call, so it is in no row.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SettingsChanged")]
public sealed record SettingsChanged : ClientEvent
{
    /// <summary>All of them, as they are kept now.</summary>
    [Id(0)] public required UserSettings Settings { get; init; }
}

/// <summary>An event and which of one user's devices it is for.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Envelope")]
public sealed record Envelope
{
    /// <summary>The event.</summary>
    [Id(0)] public required ClientEvent Event { get; init; }

    /// <summary>Only this device; null for all.</summary>
    [Id(1)] public string? OnlyDevice { get; init; }

    /// <summary>All but this device; null for no exception.</summary>
    [Id(2)] public string? ExceptDevice { get; init; }
}
