using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

/// <summary>Starts a call.</summary>
public sealed record StartCallRequest
{
    /// <summary>The idempotency key: a repeated id returns the same call. Generated if null.</summary>
    public string? CallId { get; init; }

    /// <summary>1 to 16 users.</summary>
    public required IReadOnlyList<string> CalleeIds { get; init; }

    /// <summary>Audio or video.</summary>
    public CallMedia Media { get; init; } = CallMedia.Audio;

    /// <summary>The caller's offer; may follow later as a signal.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The app's conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The app's flat data, 4 KiB of keys and values at most.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>10 to 180 seconds; null for the service's default.</summary>
    public int? RingSeconds { get; init; }
}

internal sealed record CallRequest(string CallId);

internal sealed record AcceptCallRequest(string CallId, SessionDescription? Answer, bool Ready);

internal sealed record ReadyCallRequest(string CallId, SessionDescription? Answer);

internal sealed record ReasonRequest(string CallId, string? Reason);

// JSON's null is a valid payload.
internal sealed record SendSignalRequest(
    string CallId, SignalKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Payload, string? ToUserId);

internal sealed record InviteRequest(string CallId, IReadOnlyList<string> CalleeIds);

internal sealed record ReportMediaRequest(
    string CallId, MediaState State, bool? Audio, bool? Video, bool? Screen, MediaStatsRequest? Stats);

internal sealed record MediaStatsRequest(
    double LossPercent, MediaLevel Level, double? RoundTripMs, double? JitterMs, MediaRoute? Route);

internal sealed record RateCallRequest(string CallId, int Stars);

internal sealed record PushTokenRequest(PushProvider Provider, string? Token);

internal sealed record PresenceRequest(IReadOnlyList<string> UserIds);

internal sealed record HistoryRequest(string? Before, int? Limit, bool MissedOnly);

internal sealed record TestRingAckRequest(string TestId);

internal sealed record AckMissedRequest(DateTimeOffset UpTo);
