using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>
/// All that is known of one call. What a decision marks as durable is written before anybody hears of it; the rest (kept signals,
/// absences, media) rides along with the next write and may be lost with the process, since the parties say it again.
/// </summary>
public sealed record CallState
{
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }

    /// <summary>Who started it.</summary>
    public required CallerState Caller { get; init; }

    /// <summary>Audio or video.</summary>
    public required CallMedia Media { get; init; }

    /// <summary>The app's own conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The app's own flat data.</summary>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>Where the call is.</summary>
    public required CallPhase Phase { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended; for a deadline, when that was.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The one reason it ended for.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>User id of whoever ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Number of the newest event.</summary>
    public long Seq { get; init; }

    /// <summary>
    /// Numbers up to this one are set aside for rings that devices confirm in time: those are told without a write of their own.
    /// Who takes the call up from its row takes them for told (<see cref="CallMachine.Restored"/>).
    /// </summary>
    public long SetAside { get; init; }

    /// <summary>The caller's offer; forgotten at the end.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The callees.</summary>
    public required ImmutableArray<LegState> Legs { get; init; }

    /// <summary>With <see cref="EndReason.Replaced"/> by glare: the call in which both people are instead.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Older calls of the same two people that end because of this one; told again by the next activation.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>News that may not have reached their users yet; sent again by the next activation.</summary>
    public ImmutableArray<UserNotice> Outbox { get; init; } = [];

    /// <summary>
    /// What the app's back end may not have taken yet; null when that is nothing. Sent again by the next activation.
    /// </summary>
    public ImmutableArray<WebhookEvent>? Webhooks { get; init; }

    /// <summary>While no party has a socket in the call: when one last gave a command or read the call. Soft.</summary>
    public DateTimeOffset? SignAt { get; init; }

    /// <summary>What happened, oldest first; the middle is dropped when it grows long.</summary>
    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>People who have had themselves erased; history is written without them from then on.</summary>
    public ImmutableArray<ErasedParty> Erased { get; init; } = [];

    /// <summary>Whether there are just a caller and one callee.</summary>
    public bool IsOneToOne => Legs.Length == 1;

    /// <summary>
    /// Whether <paramref name="userId"/> takes part, as the caller or as a callee who takes calls from this caller.
    /// </summary>
    public bool IsParty(string userId) => LegOf(userId) is { } leg ? leg.Bar != LegBar.Blocked : Caller.UserId == userId;

    /// <summary>
    /// The part of a user; null if there is none. A caller who has left can be invited back, and is a callee from then on.
    /// </summary>
    public PartyState? PartyOf(string userId) => (PartyState?)LegOf(userId) ?? (Caller.UserId == userId ? Caller : null);

    /// <summary>
    /// Whether the call is answered and no party in it has had a socket in it. No absence of a device is noticed then.
    /// </summary>
    public bool HasNoSocket => AnsweredAt is not null && Phase != CallPhase.Ended
        && (Caller.Left || !Caller.HasSocket) && !Legs.Any(leg => leg is { IsIn: true, HasSocket: true });

    /// <summary>
    /// The leg of a callee; null if there is none. The caller has one only after leaving and being invited back.
    /// </summary>
    public LegState? LegOf(string userId)
    {
        foreach (var leg in Legs)
            if (leg.UserId == userId)
                return leg;
        return null;
    }

    /// <summary>The latest ring deadline of the callees who are still rung, else of all.</summary>
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

/// <summary>Somebody who was in the call and is to be found in no history of it.</summary>
public sealed record ErasedParty
{
    /// <summary>Who; gone with the call's state.</summary>
    public required string UserId { get; init; }

    /// <summary>What stands in history instead.</summary>
    public required string Alias { get; init; }
}

/// <summary>One party's device and what is expected of it.</summary>
public abstract record PartyState
{
    /// <summary>Who.</summary>
    public required string UserId { get; init; }

    /// <summary>The bound device; signals flow to and from it only.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The bound device has had a socket in this call, so its absence counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasSocket { get; init; }

    /// <summary>Its last socket went; back by then, or this part is over. Soft.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Media is being set up; connected by then, or this part is over. Soft.</summary>
    public DateTimeOffset? ConnectBy { get; init; }

    /// <summary>How often progress has moved <see cref="ConnectBy"/>. Soft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ConnectResets { get; init; }

    /// <summary>Media has been connected. Soft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MediaConnected { get; init; }

    /// <summary>What the devices said last of the media path. Soft.</summary>
    public MediaState? LastMedia { get; init; }

    /// <summary>
    /// What the devices have measured, and how the party rated the call; null when neither is known. Soft until the end.
    /// </summary>
    public CallQuality? Quality { get; init; }
}

/// <summary>The caller's part.</summary>
public sealed record CallerState : PartyState
{
    /// <summary>Display name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hung up while others went on. Stays true after an invite back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Left { get; init; }
}

/// <summary>Why a callee's devices may not ring.</summary>
public enum LegBar
{
    /// <summary>They may.</summary>
    None = 0,

    /// <summary>The callee does not take calls from this caller, and must not hear of it.</summary>
    Blocked = 1,

    /// <summary>The callee does not want to be disturbed, and finds a missed call.</summary>
    DoNotDisturb = 2,
}

/// <summary>One callee's part.</summary>
public sealed record LegState : PartyState
{
    /// <summary>Display name, once the callee has acted.</summary>
    public string? Name { get; init; }

    /// <summary>Where this callee is.</summary>
    public required LegPhase Phase { get; init; }

    /// <summary>Who invited this callee into the live call, where that was not the caller.</summary>
    public string? InvitedBy { get; init; }

    /// <summary>When this callee was invited: its ring may last 180 s from then.</summary>
    public required DateTimeOffset InvitedAt { get; init; }

    /// <summary>The absolute ring deadline.</summary>
    public required DateTimeOffset RingUntil { get; init; }

    /// <summary>The one extension has been used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RingExtended { get; init; }

    /// <summary>Looks like any callee who cannot be reached, but is not rung.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LegBar Bar { get; init; }

    /// <summary>A device has said that it was alerting.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Alerted { get; init; }

    /// <summary>After a crash: a device may have said so, and nobody knows. Over when one says it again. Soft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AlertAssumed { get; init; }

    /// <summary>The callee stopped the ringing without answering.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Silenced { get; init; }

    /// <summary>A device of the callee was connected when the call asked for a place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasOnline { get; init; }

    /// <summary>The callee's own words when declining.</summary>
    public string? Reason { get; init; }

    /// <summary>The SDP answer; forgotten at the end.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>Accepted, and must be ready by then.</summary>
    public DateTimeOffset? ReadyBy { get; init; }

    /// <summary>Devices that were pushed for this ring.</summary>
    public ImmutableArray<string> PushedDeviceIds { get; init; } = [];

    /// <summary>Signals for this callee, kept until a device is bound. Soft.</summary>
    public ImmutableArray<KeptSignal> KeptSignals { get; init; } = [];

    /// <summary>Still to be answered (whether or not anything may ring).</summary>
    public bool IsPending => Phase.IsPending;

    /// <summary>A device is likely to say any moment that it is alerting, and would be the first to do so.</summary>
    public bool AwaitsAlert => IsPending && !Alerted && WasOnline && Bar == LegBar.None;

    /// <summary>In the call with a bound device.</summary>
    public bool IsIn => Phase.IsIn;

    /// <summary>The callee has something open: rings, or is in.</summary>
    public bool IsOpen => IsIn || (IsPending && Bar == LegBar.None);
}

/// <summary>A signal waiting for a device.</summary>
public sealed record KeptSignal
{
    /// <summary>Who sent it.</summary>
    public required string FromUserId { get; init; }

    /// <summary>What it is.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>JSON text.</summary>
    public required string Payload { get; init; }
}
