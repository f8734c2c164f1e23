using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

/// <summary>A call as sent to one reader. Times are UTC.</summary>
public record Call
{
    /// <summary>1 to 64 characters of <c>A-Z a-z 0-9 _ . : -</c>.</summary>
    public required string CallId { get; init; }

    /// <summary>The caller.</summary>
    public Caller Caller { get; init; } = new();

    /// <summary>Audio or video.</summary>
    public CallMedia Media { get; init; }

    /// <summary>The app's conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The app's flat data.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The state.</summary>
    public CallState State { get; init; }

    /// <summary>The ring deadline. The service may extend it once, for a device that starts to ring late.</summary>
    public DateTimeOffset RingUntil { get; init; }

    /// <summary>The time of its start.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the first accept.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The time of its end.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The reason for its end.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>User id of the party that ended it; null for deadlines.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Number of the call's newest event.</summary>
    public long Seq { get; init; }

    /// <summary>The callees, in the order in which they were called.</summary>
    public IReadOnlyList<Leg> Legs { get; init; } = [];

    /// <summary>The inviting party, for a callee who was not invited by the caller.</summary>
    public Inviter? InvitedBy { get; init; }

    /// <summary>Whether <paramref name="userId"/> has left the continuing call, or never joined it. A caller who was invited
    /// back is a callee, with an own leg.</summary>
    public bool IsGone(string userId) => Legs.FirstOrDefault(leg => leg.UserId == userId) is { } own
        ? own.State is LegState.Declined or LegState.Busy or LegState.Missed or LegState.Left or LegState.Blocked
        : Caller.Left && Caller.Id == userId;

    /// <summary>Whether the devices of <paramref name="userId"/> must ring for this call.</summary>
    public bool RingsFor(string userId) => State != CallState.Ended && Legs.Any(leg =>
        leg.UserId == userId && leg.State is (LegState.Notifying or LegState.PushSent or LegState.Ringing));
}

/// <summary>The caller.</summary>
public sealed record Caller
{
    /// <summary>User id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Display name of the token; empty if there was none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The caller's bound device; null until one is bound (a call started by a back end).</summary>
    public string? DeviceId { get; init; }

    /// <summary>
    /// Whether the caller has left while others continue; stays true after an invite back. See <see cref="Call.IsGone"/>.
    /// </summary>
    public bool Left { get; init; }
}

/// <summary>The party that invited a callee into a continuing call.</summary>
public sealed record Inviter
{
    /// <summary>User id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Display name; empty if it is not known.</summary>
    public string Name { get; init; } = "";
}

/// <summary>One callee's leg of a call.</summary>
public sealed record Leg
{
    /// <summary>User id of the callee.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Display name, known once the callee has sent a command.</summary>
    public string? Name { get; init; }

    /// <summary>The state.</summary>
    public LegState State { get; init; }

    /// <summary>The accepting device; null before an accept.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The callee's reason for declining.</summary>
    public string? Reason { get; init; }
}

/// <summary>An SDP offer or answer (RFC 9429).</summary>
/// <param name="Type"><c>offer</c> or <c>answer</c>.</param>
/// <param name="Sdp">The SDP text, 64 KiB at most.</param>
public sealed record SessionDescription(string Type, string Sdp)
{
    /// <summary>An offer.</summary>
    public static SessionDescription Offer(string sdp) => new("offer", sdp);

    /// <summary>An answer.</summary>
    public static SessionDescription Answer(string sdp) => new("answer", sdp);
}

/// <summary>One entry for RTCPeerConnection's <c>iceServers</c>.</summary>
public sealed record IceServer
{
    /// <summary>STUN or TURN addresses.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>TURN only.</summary>
    public string? Username { get; init; }

    /// <summary>TURN only; expires.</summary>
    public string? Credential { get; init; }
}

/// <summary>ICE servers with new credentials.</summary>
public sealed record IceServersAnswer
{
    /// <summary>The servers.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];

    /// <summary>The credentials' lifetime in seconds from the response on.</summary>
    public int TtlSeconds { get; init; }
}

/// <summary>A call that rings on this device.</summary>
public sealed record IncomingCall : Call
{
    /// <summary>The caller's offer, if there is one yet.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>ICE servers for this device's peer connection.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];
}

/// <summary>A call to which this device is restored.</summary>
public sealed record OpenCall : Call
{
    /// <summary>The caller's offer, where this device needs it.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The callee's answer, where this device needs it.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>ICE servers for this device's peer connection.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];

    // Raised one by one before OpenCalls, so they are not exposed.
    [JsonInclude]
    internal IReadOnlyList<MissedEvent>? Events { get; init; }
}

/// <summary>A past call of a user.</summary>
public sealed record PastCall : Call
{
    /// <summary>The result for this user.</summary>
    public HistoryOutcome Outcome { get; init; }

    /// <summary>This user's measurements and rating; null when there are neither.</summary>
    public CallQuality? Quality { get; init; }

    [JsonInclude]
    internal string? Next { get; init; }
}

/// <summary>A page of past calls, newest first.</summary>
/// <param name="Items">The calls.</param>
/// <param name="Next">The <c>before</c> of the next page; null on the last one.</param>
public sealed record HistoryPage(IReadOnlyList<PastCall> Items, string? Next);

/// <summary>Whether a user is connected.</summary>
public sealed record Presence
{
    /// <summary>The user.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Whether any device has a live connection.</summary>
    public bool Online { get; init; }

    /// <summary>When the last connection ended, if that is known.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>The caller's offer.</summary>
internal sealed record CallOffer
{
    public string CallId { get; init; } = "";

    public SessionDescription? Offer { get; init; }
}

/// <summary>An event that this device missed, as it would have been sent.</summary>
internal sealed record MissedEvent
{
    public string Event { get; init; } = "";

    public JsonElement Payload { get; init; }
}
