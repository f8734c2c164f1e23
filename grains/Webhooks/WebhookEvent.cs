using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansCalls.Webhooks;

/// <summary>
/// An event for an app's back end: stored with the call by the write that causes it, until it is delivered (transactional
/// outbox).
/// </summary>
public sealed record WebhookEvent
{
    /// <summary>One of <see cref="WebhookTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The callee concerned: who rings, has accepted, or missed the call.</summary>
    public string? UserId { get; init; }

    /// <summary>The call at that time. Stored without the metadata, which never changes.</summary>
    public required Call Call { get; init; }

    /// <summary>A unique id, the same for each retry: <c>callId:seq:type</c>, and the callee where there is one.</summary>
    [JsonIgnore]
    public string Id => UserId is null
        ? $"{Call.CallId}:{Call.Seq}:{Type}"
        : $"{Call.CallId}:{Call.Seq}:{Type}:{ForHeader(UserId)}";

    /// <summary>The id is sent in a header, too, where some characters of user ids are not allowed.</summary>
    private static string ForHeader(string userId) =>
        userId.All(c => c is > ' ' and <= '~' and not '%') ? userId : Uri.EscapeDataString(userId);
}

/// <summary>The types of events, as in settings, bodies and metrics.</summary>
public static class WebhookTypes
{
    /// <summary>A call started.</summary>
    public const string Created = "call.created";

    /// <summary>A callee's first device alerts.</summary>
    public const string Ringing = "call.ringing";

    /// <summary>A callee accepted.</summary>
    public const string Accepted = "call.accepted";

    /// <summary>The first callee is ready for media.</summary>
    public const string Active = "call.active";

    /// <summary>A callee missed the call.</summary>
    public const string Missed = "call.missed";

    /// <summary>The call ended; its last event.</summary>
    public const string Ended = "call.ended";

    /// <summary>An authorization request: may these users be called?</summary>
    public const string Authorize = "call.authorize";

    /// <summary>An authorization request: whose presence may this user see?</summary>
    public const string Presence = "presence.authorize";

    /// <summary>All events.</summary>
    public static ImmutableArray<string> All { get; } = [Created, Ringing, Accepted, Active, Missed, Ended];
}
