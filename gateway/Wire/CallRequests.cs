using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Wire;

// Everything a client sends. All fields are nullable here: what is missing or too long is told by Calls/Check.cs in the protocol's words.
// The attributes are for the descriptions; nothing else reads them.

/// <summary>A request that concerns one call.</summary>
public interface ICallRequest
{
    /// <summary>Which call.</summary>
    string? CallId { get; }
}

/// <summary>An SDP as a client sends it.</summary>
public sealed record DescriptionRequest
{
    /// <summary><c>offer</c> or <c>answer</c>.</summary>
    [Required]
    public string? Type { get; init; }

    /// <summary>The SDP text.</summary>
    [Required]
    public string? Sdp { get; init; }
}

/// <summary>Rings people.</summary>
public sealed record StartCallRequest : ICallRequest
{
    /// <summary>The idempotency key; the server makes one when there is none.</summary>
    [MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>1 to 16 users.</summary>
    [Required, Length(1, CallLimits.Callees)]
    public IReadOnlyList<string?>? CalleeIds { get; init; }

    /// <summary>Audio or video.</summary>
    [Required]
    public CallMedia? Media { get; init; }

    /// <summary>The caller's offer; may follow later.</summary>
    public DescriptionRequest? Offer { get; init; }

    /// <summary>The app's own conversation id.</summary>
    [MaxLength(CallLimits.ConversationId)]
    public string? ConversationId { get; init; }

    /// <summary>The app's own flat data.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }

    /// <summary>10 to 180.</summary>
    [Range(10, 180)]
    public int? RingSeconds { get; init; }
}

/// <summary>A request that needs no more than the call.</summary>
public sealed record CallRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }
}

/// <summary>Takes a call on this device.</summary>
public sealed record AcceptCallRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>The answer, if there is one yet.</summary>
    public DescriptionRequest? Answer { get; init; }

    /// <summary>False: picked up, still starting. True when left out.</summary>
    public bool? Ready { get; init; }
}

/// <summary>This device can take media now.</summary>
public sealed record ReadyCallRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>The answer, if it was not in the accept.</summary>
    public DescriptionRequest? Answer { get; init; }
}

/// <summary>Declines or ends.</summary>
public sealed record ReasonRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>Free text; what is longer than 128 characters is cut, what is no text is dropped.</summary>
    [JsonConverter(typeof(ReasonConverter))]
    public string? Reason { get; init; }
}

/// <summary>A signal for the peer device.</summary>
public sealed record SendSignalRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>What it is.</summary>
    [Required]
    public SignalKind? Kind { get; init; }

    /// <summary>Any JSON, <c>null</c> too: some stacks end their candidates so.</summary>
    public JsonElement Payload { get; init; }

    /// <summary>The receiving party; may be left out while there are two.</summary>
    [MaxLength(CallLimits.UserId)]
    public string? ToUserId { get; init; }
}

/// <summary>Rings more people into a live call.</summary>
public sealed record InviteRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>Whom.</summary>
    [Required, Length(1, CallLimits.Callees)]
    public IReadOnlyList<string?>? CalleeIds { get; init; }
}

/// <summary>How this device's media path is.</summary>
public sealed record ReportMediaRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>RTCPeerConnection's connectionState.</summary>
    [Required]
    public MediaState? State { get; init; }

    /// <summary>Whether sound is being sent.</summary>
    public bool? Audio { get; init; }

    /// <summary>Whether a camera picture is being sent.</summary>
    public bool? Video { get; init; }

    /// <summary>Whether a screen is being shared.</summary>
    public bool? Screen { get; init; }

    /// <summary>What was measured over the last seconds.</summary>
    public MediaStatsRequest? Stats { get; init; }
}

/// <summary>What a device measured of its media path over the last seconds.</summary>
public sealed record MediaStatsRequest
{
    /// <summary>The share of packets that did not arrive, of the worse direction, in percent.</summary>
    [Required, Range(0, 100)]
    public double? LossPercent { get; init; }

    /// <summary>In one word.</summary>
    [Required]
    public MediaLevel? Level { get; init; }

    /// <summary>To the other side and back.</summary>
    [Range(0, CallLimits.LongestDelayMs)]
    public double? RoundTripMs { get; init; }

    /// <summary>How irregularly sound arrives.</summary>
    [Range(0, CallLimits.LongestDelayMs)]
    public double? JitterMs { get; init; }

    /// <summary>How media travel; of several connections the longest way.</summary>
    public MediaRoute? Route { get; init; }
}

/// <summary>How an ended call was.</summary>
public sealed record RateCallRequest : ICallRequest
{
    /// <inheritdoc/>
    [Required, MaxLength(CallLimits.CallId)]
    public string? CallId { get; init; }

    /// <summary>1 (bad) to 5 (good).</summary>
    [Required, Range(1, CallLimits.MaxStars)]
    public int? Stars { get; init; }
}
