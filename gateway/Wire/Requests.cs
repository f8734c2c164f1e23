using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Wire;

// See CallRequests.cs.

/// <summary>A device's push token.</summary>
public sealed record PushTokenRequest
{
    /// <summary>The provider.</summary>
    [Required]
    public PushProvider? Provider { get; init; }

    /// <summary>The token, for <c>web_push</c> the JSON of a PushSubscription; omitted when clearing.</summary>
    [MaxLength(CallLimits.PushToken)]
    public string? Token { get; init; }
}

/// <summary>Users whose presence is watched.</summary>
public sealed record PresenceRequest
{
    /// <summary>At most 200.</summary>
    [Required, MaxLength(CallLimits.WatchedUsers)]
    public IReadOnlyList<string?>? UserIds { get; init; }
}

/// <summary>A page of history.</summary>
public sealed record HistoryRequest
{
    /// <summary>The cursor from the previous page.</summary>
    public string? Before { get; init; }

    /// <summary>1 to 100.</summary>
    [Range(1, CallLimits.HistoryPage)]
    public int? Limit { get; init; }

    /// <summary>Missed calls only.</summary>
    public bool? MissedOnly { get; init; }
}

/// <summary>Marks missed calls as seen.</summary>
public sealed record AckMissedRequest
{
    /// <summary>The end of the range, inclusive.</summary>
    [Required]
    public DateTimeOffset? UpTo { get; init; }
}

/// <summary>Replaces the user's settings.</summary>
public sealed record SettingsRequest
{
    /// <summary>Whether do-not-disturb is on: no device rings.</summary>
    public bool? DoNotDisturb { get; init; }

    /// <summary>When do-not-disturb ends; never when omitted.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Whether to ring during another call.</summary>
    public bool? CallWaiting { get; init; }

    /// <summary>Blocked users; at most 1,000.</summary>
    [MaxLength(CallLimits.Blocked)]
    public IReadOnlyList<string?>? Blocked { get; init; }
}

/// <summary>
/// Changes some of the user's settings: omitted ones stay as they are, null stands for the default (RFC 7396).
/// </summary>
public sealed record SettingsChangeRequest
{
    /// <summary>Whether do-not-disturb is on. Without <see cref="DoNotDisturbUntil"/> it does not end.</summary>
    public bool? DoNotDisturb { get; set => field = value ?? false; }

    /// <summary>When do-not-disturb ends; null for never.</summary>
    public DateTimeOffset? DoNotDisturbUntil
    {
        get;
        set
        {
            field = value;
            SetsUntil = true;
        }
    }

    /// <summary>Whether <see cref="DoNotDisturbUntil"/> was sent.</summary>
    [JsonIgnore]
    public bool SetsUntil { get; private set; }

    /// <summary>Whether to ring during another call.</summary>
    public bool? CallWaiting { get; set => field = value ?? false; }

    /// <summary>All blocked users; at most 1,000.</summary>
    public IReadOnlyList<string?>? Blocked { get; set => field = value ?? []; }
}

/// <summary>A notification of an app's back end to a user's devices.</summary>
public sealed record NotifyRequest
{
    /// <summary>The type, chosen by the back end.</summary>
    [Required, MaxLength(64)]
    public string? Type { get; init; }

    /// <summary>Any JSON.</summary>
    public JsonElement Payload { get; init; }
}

/// <summary>Requests a token; in Development only.</summary>
public sealed record DevTokenRequest
{
    /// <summary>The user id.</summary>
    [Required]
    public string? UserId { get; init; }

    /// <summary>Display name.</summary>
    public string? Name { get; init; }

    /// <summary>Binds the token to a device.</summary>
    public string? DeviceId { get; init; }

    /// <summary><c>service</c>, <c>admin</c>.</summary>
    public IReadOnlyList<string?>? Roles { get; init; }
}
