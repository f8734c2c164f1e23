using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>
/// The state of one call. A durable decision is written before any event of it is sent. The rest (kept signals, absences, media),
/// marked as soft, is stored with the next write and may be lost with the process, since the parties repeat it.
/// </summary>
public sealed record CallState
{
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }

    /// <summary>The caller's part.</summary>
    public required CallerState Caller { get; init; }

    /// <summary>Audio or video.</summary>
    public required CallMedia Media { get; init; }

    /// <summary>The app's conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The app's flat data.</summary>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>The call's phase.</summary>
    public required CallPhase Phase { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended; for a deadline, the time of the deadline.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The end reason.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>User id of the party who ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>The number of the newest event.</summary>
    public long Seq { get; init; }

    /// <summary>
    /// Numbers up to this one are reserved for rings acknowledged in time, whose events are sent without a write. An activation
    /// that restores the call assumes them sent (<see cref="CallMachine.Restored"/>).
    /// </summary>
    public long SetAside { get; init; }

    /// <summary>The caller's offer; deleted at the end.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The callees.</summary>
    public required ImmutableArray<LegState> Legs { get; init; }

    /// <summary>With <see cref="EndReason.Replaced"/> by glare: the call that both users are in instead.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Older calls of the same two users that this call ends; the next activation repeats their end.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>Notices that may be undelivered; the next activation sends them again.</summary>
    public ImmutableArray<UserNotice> Outbox { get; init; } = [];

    /// <summary>Webhook events that may be undelivered; null when there are none. The next activation sends them again.</summary>
    public ImmutableArray<WebhookEvent>? Webhooks { get; init; }

    /// <summary>The last command or read of a party while no party has a socket in the call. Soft.</summary>
    public DateTimeOffset? SignAt { get; init; }

    /// <summary>The timeline, oldest entry first; entries in the middle are dropped above its limit.</summary>
    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>Users who were erased; later history records are written without them.</summary>
    public ImmutableArray<ErasedParty> Erased { get; init; } = [];

    /// <summary>Whether the call has one callee.</summary>
    public bool IsOneToOne => Legs.Length == 1;

    /// <summary>Returns true if <paramref name="userId"/> is the caller, or a callee who does not block this caller.</summary>
    public bool IsParty(string userId) => LegOf(userId) is { } leg ? leg.Bar != LegBar.Blocked : Caller.UserId == userId;

    /// <summary>
    /// Returns a user's part; null if there is none. A caller who left and was invited back is a callee from then on.
    /// </summary>
    public PartyState? PartyOf(string userId) => (PartyState?)LegOf(userId) ?? (Caller.UserId == userId ? Caller : null);

    /// <summary>
    /// Whether the call is answered and no party has had a socket in it. A disconnected device is not noticed then.
    /// </summary>
    public bool HasNoSocket => AnsweredAt is not null && Phase != CallPhase.Ended
        && (Caller.Left || !Caller.HasSocket) && !Legs.Any(leg => leg is { IsIn: true, HasSocket: true });

    /// <summary>
    /// Returns a callee's leg; null if there is none. The caller has one only after leaving and being invited back.
    /// </summary>
    public LegState? LegOf(string userId)
    {
        foreach (var leg in Legs)
            if (leg.UserId == userId)
                return leg;
        return null;
    }

    /// <summary>The latest ring deadline of the callees who ring, or of all if none rings.</summary>
    public DateTimeOffset RingUntil
    {
        get
        {
            var latest = DateTimeOffset.MinValue;
            DateTimeOffset? ringing = null;
            foreach (var leg in Legs)
            {
                latest = leg.RingUntil > latest ? leg.RingUntil : latest;
                if (leg.IsPending && !(leg.RingUntil <= ringing))
                    ringing = leg.RingUntil;
            }

            return ringing ?? latest;
        }
    }
}

/// <summary>A party who must not appear in any history of the call.</summary>
public sealed record ErasedParty
{
    /// <summary>The user's id; deleted with the call's state.</summary>
    public required string UserId { get; init; }

    /// <summary>The pseudonym in history.</summary>
    public required string Alias { get; init; }
}

/// <summary>One party's device and deadlines.</summary>
public abstract record PartyState
{
    /// <summary>The user's id.</summary>
    public required string UserId { get; init; }

    /// <summary>The bound device; signals are sent to it and accepted from it only.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Whether the bound device has had a socket in this call, so that its absence counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasSocket { get; init; }

    /// <summary>The last socket closed; the part ends then unless the device reconnects. Soft.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Media is being set up; the part ends then unless it is connected. Soft.</summary>
    public DateTimeOffset? ConnectBy { get; init; }

    /// <summary>How often progress has moved <see cref="ConnectBy"/>. Soft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ConnectResets { get; init; }

    /// <summary>Whether media has been connected. Soft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MediaConnected { get; init; }

    /// <summary>The last media state reported by the device. Soft.</summary>
    public MediaState? LastMedia { get; init; }

    /// <summary>The device's measurements and the party's rating; null when there are neither. Soft until the end.</summary>
    public CallQuality? Quality { get; init; }
}

/// <summary>The caller's part.</summary>
public sealed record CallerState : PartyState
{
    /// <summary>Display name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the caller has hung up while others continued. Stays true after an invite back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Left { get; init; }
}

/// <summary>Why a callee's devices must not ring.</summary>
public enum LegBar
{
    /// <summary>They may ring.</summary>
    None = 0,

    /// <summary>The callee blocks this caller, and must not be notified.</summary>
    Blocked = 1,

    /// <summary>The callee has set "do not disturb", and gets a missed call.</summary>
    DoNotDisturb = 2,
}

/// <summary>One callee's part.</summary>
public sealed record LegState : PartyState
{
    /// <summary>Display name; null until the callee has acted.</summary>
    public string? Name { get; init; }

    /// <summary>The leg's phase.</summary>
    public required LegPhase Phase { get; init; }

    /// <summary>The inviter into the open call, if not the caller.</summary>
    public string? InvitedBy { get; init; }

    /// <summary>When this callee was invited; the ring ends 180 s later at the latest.</summary>
    public required DateTimeOffset InvitedAt { get; init; }

    /// <summary>The absolute ring deadline.</summary>
    public required DateTimeOffset RingUntil { get; init; }

    /// <summary>Whether the one extension has been used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RingExtended { get; init; }

    /// <summary>Why the callee is not rung; to all others the callee appears unreachable.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LegBar Bar { get; init; }

    /// <summary>Whether a device has reported that it is alerting.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Alerted { get; init; }

    /// <summary>
    /// After a crash: the report of an alerting device may have been sent unwritten. False once a device repeats it. Soft.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AlertAssumed { get; init; }

    /// <summary>Whether the callee has silenced the ring without answering.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Silenced { get; init; }

    /// <summary>Whether a device of the callee was connected when the call was admitted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasOnline { get; init; }

    /// <summary>The callee's free text when declining.</summary>
    public string? Reason { get; init; }

    /// <summary>The SDP answer; deleted at the end.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>Accepted; the deadline for ready.</summary>
    public DateTimeOffset? ReadyBy { get; init; }

    /// <summary>Devices that were sent a push for this ring.</summary>
    public ImmutableArray<string> PushedDeviceIds { get; init; } = [];

    /// <summary>Signals for this callee, kept until a device is bound. Soft.</summary>
    public ImmutableArray<KeptSignal> KeptSignals { get; init; } = [];

    /// <summary>Whether the leg is unanswered, barred or not.</summary>
    public bool IsPending => Phase.IsPending;

    /// <summary>Whether the first report of an alerting device is expected.</summary>
    public bool AwaitsAlert => IsPending && !Alerted && WasOnline && Bar == LegBar.None;

    /// <summary>In the call with a bound device.</summary>
    public bool IsIn => Phase.IsIn;

    /// <summary>Whether the callee rings or is in the call.</summary>
    public bool IsOpen => IsIn || (IsPending && Bar == LegBar.None);
}

/// <summary>A signal kept for a device.</summary>
public sealed record KeptSignal
{
    /// <summary>The sender's user id.</summary>
    public required string FromUserId { get; init; }

    /// <summary>The kind of signal.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>JSON text.</summary>
    public required string Payload { get; init; }
}
