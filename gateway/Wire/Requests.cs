using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Wire;

// See CallRequests.cs.

/// <summary>A device's push token.</summary>
public sealed record PushTokenRequest
{
    /// <summary>Whose service carries it.</summary>
    [Required]
    public PushProvider? Provider { get; init; }

    /// <summary>The provider's address of the device, for <c>web_push</c> the JSON of a PushSubscription; not when clearing.</summary>
    [MaxLength(CallLimits.PushToken)]
    public string? Token { get; init; }
}

/// <summary>Whose presence to watch.</summary>
public sealed record PresenceRequest
{
    /// <summary>200 at most.</summary>
    [Required, MaxLength(CallLimits.WatchedUsers)]
    public IReadOnlyList<string?>? UserIds { get; init; }
}

/// <summary>A page of history.</summary>
public sealed record HistoryRequest
{
    /// <summary>The cursor out of the page before.</summary>
    public string? Before { get; init; }

    /// <summary>1 to 100.</summary>
    [Range(1, CallLimits.HistoryPage)]
    public int? Limit { get; init; }

    /// <summary>Only what was missed.</summary>
    public bool? MissedOnly { get; init; }
}

/// <summary>Missed calls are seen.</summary>
public sealed record AckMissedRequest
{
    /// <summary>All up to here.</summary>
    [Required]
    public DateTimeOffset? UpTo { get; init; }
}

/// <summary>The user's own settings; replaces all of them.</summary>
public sealed record SettingsRequest
{
    /// <summary>No device rings.</summary>
    public bool? DoNotDisturb { get; init; }

    /// <summary>Until when; for ever when left out.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Ring although in another call.</summary>
    public bool? CallWaiting { get; init; }

    /// <summary>Whose calls are not taken; 1,000 at most.</summary>
    [MaxLength(CallLimits.Blocked)]
    public IReadOnlyList<string?>? Blocked { get; init; }
}

/// <summary>Some of the user's own settings: what is left out stays as it is, null stands for the default (RFC 7396).</summary>
public sealed record SettingsChangeRequest
{
    /// <summary>No device rings. Without <see cref="DoNotDisturbUntil"/> beside it: for ever.</summary>
    public bool? DoNotDisturb { get; set => field = value ?? false; }

    /// <summary>Until when; null for ever.</summary>
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

    /// <summary>Ring although in another call.</summary>
    public bool? CallWaiting { get; set => field = value ?? false; }

    /// <summary>Whose calls are not taken, all of them; 1,000 at most.</summary>
    public IReadOnlyList<string?>? Blocked { get; set => field = value ?? []; }
}

/// <summary>An app back end's own notice for a user's devices.</summary>
public sealed record NotifyRequest
{
    /// <summary>The back end's word for it.</summary>
    [Required, MaxLength(64)]
    public string? Type { get; init; }

    /// <summary>Any JSON.</summary>
    public JsonElement Payload { get; init; }
}

/// <summary>Asks for a token; in Development only.</summary>
public sealed record DevTokenRequest
{
    /// <summary>For whom.</summary>
    [Required]
    public string? UserId { get; init; }

    /// <summary>Display name.</summary>
    public string? Name { get; init; }

    /// <summary>Binds the token to a device.</summary>
    public string? DeviceId { get; init; }

    /// <summary><c>service</c>, <c>admin</c>.</summary>
    public IReadOnlyList<string?>? Roles { get; init; }
}
