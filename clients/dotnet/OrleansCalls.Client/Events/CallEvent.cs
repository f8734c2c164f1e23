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

/// <summary>This device is to ring. Raised once for each ring.</summary>
public sealed record CallIncoming : CallEvent
{
    /// <summary>The call, with the offer if there is one yet.</summary>
    public required IncomingCall Call { get; init; }
}

/// <summary>The caller's devices: how far a callee has been reached.</summary>
public sealed record CallProgress : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The callee's display name; null when the service does not know one.</summary>
    public string? Name { get; init; }

    /// <summary>How far.</summary>
    public RingStage Stage { get; init; }
}

/// <summary>The caller's bound device: a callee accepted.</summary>
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

/// <summary>Both bound devices: the accepting device can take media.</summary>
public sealed record CallReady : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The answer, if it came with ready.</summary>
    public SessionDescription? Answer { get; init; }
}

/// <summary>The caller's devices: a callee declined.</summary>
public sealed record CallRejected : CallEvent
{
    /// <summary>The callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The callee's display name; null when the service does not know one.</summary>
    public string? Name { get; init; }

    /// <summary>The callee's own words.</summary>
    public string? Reason { get; init; }
}

/// <summary>Everyone in the call: the call changed.</summary>
public sealed record CallUpdated : CallEvent
{
    /// <summary>The call as it is now.</summary>
    public required Call Call { get; init; }
}

/// <summary>The call is over for this device.</summary>
public sealed record CallEnded : CallEvent
{
    /// <summary>Why.</summary>
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

/// <summary>
/// The calls that concern this device. Raised after each connect, behind the numbered events that this device missed, and again over the
/// same connection when the service may have lost something. A ringing call in it is to ring here, even if no <see cref="CallIncoming"/> came.
/// </summary>
public sealed record OpenCalls : CallEvent
{
    /// <summary>The calls; also those that ended while this device was away.</summary>
    public IReadOnlyList<OpenCall> Calls { get; init; } = [];

    /// <summary>Missed calls that are not acknowledged.</summary>
    public int MissedCount { get; init; }
}

/// <summary>A watched user came or went.</summary>
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
    /// <summary>All up to here.</summary>
    public DateTimeOffset UpTo { get; init; }
}

/// <summary>A notice of the app's own back end.</summary>
public sealed record NotificationReceived : CallEvent
{
    /// <summary>The back end's name for it.</summary>
    public string Type { get; init; } = "";

    /// <summary>Any JSON.</summary>
    public JsonElement Payload { get; init; }
}

/// <summary>The user's own settings were changed on another device of this user.</summary>
public sealed record SettingsChanged : CallEvent
{
    /// <summary>All of them, as they are now.</summary>
    public required UserSettings Settings { get; init; }
}

/// <summary>The connection changed. Made by the client.</summary>
public sealed record ConnectionChanged : CallEvent
{
    /// <summary>The new state.</summary>
    public required ConnectionState State { get; init; }

    /// <summary>Why the connection was lost, or could not be made.</summary>
    public OrleansCallsException? Error { get; init; }
}

/// <summary>The state of the client's connection.</summary>
public enum ConnectionState
{
    /// <summary>Not started, stopped, or closed by the service for good.</summary>
    Closed = 0,

    /// <summary>The first connection is being made.</summary>
    Connecting,

    /// <summary>Connected, and put back into its calls.</summary>
    Connected,

    /// <summary>The connection was lost; the client tries again until it succeeds or is stopped.</summary>
    Reconnecting,
}

/// <summary>Somebody asks whether this device would ring; the client acknowledges by itself.</summary>
internal sealed record TestRing : CallEvent
{
    public string TestId { get; init; } = "";
}

/// <summary>The service is going away; the client leaves after the given time.</summary>
internal sealed record Reconnect : CallEvent
{
    public int AfterMs { get; init; }
}

/// <summary>A newer connection of this device has taken over.</summary>
internal sealed record Displaced : CallEvent;
