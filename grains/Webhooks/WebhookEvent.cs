using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansCalls.Webhooks;

/// <summary>Something an app's back end is owed: kept with the call from the write that makes it true until it is taken.</summary>
public sealed record WebhookEvent
{
    /// <summary>One of <see cref="WebhookTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it became true.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The callee it is about: who rings, has accepted, or missed the call.</summary>
    public string? UserId { get; init; }

    /// <summary>The call as it was then. Stored without the metadata, which never change.</summary>
    public required Call Call { get; init; }

    /// <summary>The same for each repetition and for no other event: <c>callId:seq:type</c>, and the callee where there is one.</summary>
    [JsonIgnore]
    public string Id => UserId is null
        ? $"{Call.CallId}:{Call.Seq}:{Type}"
        : $"{Call.CallId}:{Call.Seq}:{Type}:{ForHeader(UserId)}";

    /// <summary>The id travels in a header too, where not every character of a user id may stand.</summary>
    private static string ForHeader(string userId) =>
        userId.All(c => c is > ' ' and <= '~' and not '%') ? userId : Uri.EscapeDataString(userId);
}

/// <summary>The names of the events, as settings, bodies and metrics spell them.</summary>
public static class WebhookTypes
{
    /// <summary>A call is there.</summary>
    public const string Created = "call.created";

    /// <summary>The first device of a callee alerts.</summary>
    public const string Ringing = "call.ringing";

    /// <summary>A callee has accepted.</summary>
    public const string Accepted = "call.accepted";

    /// <summary>The first callee is ready: people can talk.</summary>
    public const string Active = "call.active";

    /// <summary>A callee has missed the call.</summary>
    public const string Missed = "call.missed";

    /// <summary>It is over; the last event of a call.</summary>
    public const string Ended = "call.ended";

    /// <summary>No event but a question: may these people be rung?</summary>
    public const string Authorize = "call.authorize";

    /// <summary>No event but a question: whose presence may this user see?</summary>
    public const string Presence = "presence.authorize";

    /// <summary>All events.</summary>
    public static ImmutableArray<string> All { get; } = [Created, Ringing, Accepted, Active, Missed, Ended];
}
