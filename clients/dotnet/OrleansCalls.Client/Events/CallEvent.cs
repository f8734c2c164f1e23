using System.Text.Json;

namespace OrleansCalls.Client;

/// <summary>Anything that <see cref="OrleansCallsClient"/> raises: events of the hub, and changes of the connection.</summary>
public abstract record CallEvent
{
    /// <summary>The call; null for events that concern no single call.</summary>
    public string? CallId { get; init; }

    /// <summary>The number of the event in its call, growing; 0 for events that are not numbered.</summary>
    public long Seq { get; init; }
}

/// <summary>This device must ring. Raised once for each ring.</summary>
public sealed record CallIncoming : CallEvent
{
    /// <summary>The call, with the offer if there is one yet.</summary>
    public required IncomingCall Call { get; init; }
}

/// <summary>For the caller's devices: a callee's progress.</summary>
public sealed record CallProgress : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The callee's display name; null when the service does not know one.</summary>
    public string? Name { get; init; }

    /// <summary>The stage of the ring.</summary>
    public RingStage Stage { get; init; }
}

/// <summary>For the caller's bound device: a callee accepted.</summary>
public sealed record CallAccepted : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The callee's display name; null when the service does not know one.</summary>
    public string? Name { get; init; }

    /// <summary>The accepting device.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The answer, if it came with the accept.</summary>
    public SessionDescription? Answer { get; init; }
}

/// <summary>For both bound devices: the accepting device is ready for media.</summary>
public sealed record CallReady : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The answer, if it came with ready.</summary>
    public SessionDescription? Answer { get; init; }
}

/// <summary>For the caller's devices: a callee declined.</summary>
public sealed record CallRejected : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The callee's display name; null when the service does not know one.</summary>
    public string? Name { get; init; }

    /// <summary>The callee's reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>For all parties: the call changed.</summary>
public sealed record CallUpdated : CallEvent
{
    /// <summary>The call's current state.</summary>
    public required Call Call { get; init; }
}

/// <summary>The call is over for this device.</summary>
public sealed record CallEnded : CallEvent
{
    /// <summary>The reason.</summary>
    public EndReason Reason { get; init; }

    /// <summary>User id of the party that ended it; null for deadlines.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Milliseconds from answer to end, if it was answered.</summary>
    public long? DurationMs { get; init; }
}

/// <summary>A signal from the bound peer device. Not numbered, and not sent again after a reconnect.</summary>
public sealed record SignalReceived : CallEvent
{
    /// <summary>The sender.</summary>
    public string FromUserId { get; init; } = "";

    /// <summary>The content.</summary>
    public SignalKind Kind { get; init; }

    /// <summary>Any JSON.</summary>
    public JsonElement Payload { get; init; }
}

/// <summary>This device's calls. Raised after each connect, after the missed numbered events, and again over the same
/// connection when events may have been lost. A ringing call in it must ring here, even without a <see
/// cref="CallIncoming"/>.</summary>
public sealed record OpenCalls : CallEvent
{
    /// <summary>The calls; also those that ended while this device was away.</summary>
    public IReadOnlyList<OpenCall> Calls { get; init; } = [];

    /// <summary>The number of unacknowledged missed calls.</summary>
    public int MissedCount { get; init; }
}

/// <summary>A watched user went online or offline.</summary>
public sealed record PresenceChanged : CallEvent
{
    /// <summary>The user.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Whether any device has a live connection.</summary>
    public bool Online { get; init; }

    /// <summary>When the last connection ended, if that is known.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>Missed calls were acknowledged on another device of this user.</summary>
public sealed record MissedCallsAcked : CallEvent
{
    /// <summary>The time up to which all were acknowledged.</summary>
    public DateTimeOffset UpTo { get; init; }
}

/// <summary>A notice of the app's back end.</summary>
public sealed record NotificationReceived : CallEvent
{
    /// <summary>The back end's name of the notice.</summary>
    public string Type { get; init; } = "";

    /// <summary>Any JSON.</summary>
    public JsonElement Payload { get; init; }
}

/// <summary>The user's own settings were changed on another device of this user.</summary>
public sealed record SettingsChanged : CallEvent
{
    /// <summary>All current settings.</summary>
    public required UserSettings Settings { get; init; }
}

/// <summary>The connection's state changed. Raised by the client itself.</summary>
public sealed record ConnectionChanged : CallEvent
{
    /// <summary>The new state.</summary>
    public required ConnectionState State { get; init; }

    /// <summary>Why the connection was lost or refused.</summary>
    public OrleansCallsException? Error { get; init; }
}

/// <summary>The state of the client's connection.</summary>
public enum ConnectionState
{
    /// <summary>Not started, stopped, or closed permanently by the service.</summary>
    Closed = 0,

    /// <summary>Connecting for the first time.</summary>
    Connecting,

    /// <summary>Connected, with its calls restored.</summary>
    Connected,

    /// <summary>The connection was lost; the client tries again until it succeeds or is stopped.</summary>
    Reconnecting,
}

/// <summary>An operator's test ring; the client acknowledges it automatically.</summary>
internal sealed record TestRing : CallEvent
{
    public string TestId { get; init; } = "";
}

/// <summary>The service is shutting down; the client reconnects after the given time.</summary>
internal sealed record Reconnect : CallEvent
{
    public int AfterMs { get; init; }
}

/// <summary>A newer connection of this device has replaced this one.</summary>
internal sealed record Displaced : CallEvent;
