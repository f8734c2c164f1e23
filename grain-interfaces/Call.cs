using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>An SDP offer or answer (JSEP, RFC 9429).</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SessionDescription")]
public sealed record SessionDescription
{
    /// <summary><c>offer</c> or <c>answer</c>.</summary>
    [Id(0)] public required string Type { get; init; }

    /// <summary>The SDP text, at most 64 KiB.</summary>
    [Id(1)] public required string Sdp { get; init; }
}

/// <summary>The user who started a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Caller")]
public sealed record Caller
{
    /// <summary>User id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The display name from the token; empty if there was none.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>The caller's bound device; null until one is bound (a call started by an app back end).</summary>
    [Id(2)] public string? DeviceId { get; init; }

    /// <summary>Whether the caller has hung up while others go on. A caller who was invited back is one of the legs.</summary>
    [Id(3)] public bool Left { get; init; }
}

/// <summary>The user who invited a callee into a live call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Inviter")]
public sealed record Inviter
{
    /// <summary>User id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The display name; empty if it is unknown.</summary>
    [Id(1)] public string Name { get; init; } = "";
}

/// <summary>One callee's part in a call, as clients see it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Leg")]
public sealed record Leg
{
    /// <summary>User id of the callee.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The display name; null until the callee has acted.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>The state of the leg.</summary>
    [Id(2)] public required LegPhase State { get; init; }

    /// <summary>The accepting device; null before the accept.</summary>
    [Id(3)] public string? DeviceId { get; init; }

    /// <summary>The reason given when declining, at most 128 characters.</summary>
    [Id(4)] public string? Reason { get; init; }
}

/// <summary>A call as hub, REST and grains show it: the read model of the stored state, without SDP.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Call")]
public record Call
{
    /// <summary>1-64 characters of <c>A-Z a-z 0-9 _ . : -</c>.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>The caller.</summary>
    [Id(1)] public required Caller Caller { get; init; }

    /// <summary>Audio or video.</summary>
    [Id(2)] public required CallMedia Media { get; init; }

    /// <summary>The app's own conversation id; null if there is none.</summary>
    [Id(3)] public string? ConversationId { get; init; }

    /// <summary>The app's own flat metadata, at most 4 KiB.</summary>
    [Id(4)] public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>The state of the call.</summary>
    [Id(5)] public required CallPhase State { get; init; }

    /// <summary>The absolute ring deadline.</summary>
    [Id(6)] public required DateTimeOffset RingUntil { get; init; }

    /// <summary>When it was started.</summary>
    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    [Id(8)] public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(9)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The end reason, as disclosed to this user.</summary>
    [Id(10)] public EndReason? EndReason { get; init; }

    /// <summary>The user who ended it; null for deadlines.</summary>
    [Id(11)] public string? EndedBy { get; init; }

    /// <summary>The number of the call's newest event.</summary>
    [Id(12)] public required long Seq { get; init; }

    /// <summary>The callees, in the order of the call.</summary>
    [Id(13)] public required ImmutableArray<Leg> Legs { get; init; }

    /// <summary>The user who invited this user, if that was not the caller: an invite into a live call.</summary>
    [Id(14)] public Inviter? InvitedBy { get; init; }

    /// <summary>
    /// Returns true if a user is in the call as its caller; a caller who has left and was invited back is a callee.
    /// </summary>
    public bool IsCaller(string userId) => Caller.Id == userId && Legs.All(leg => leg.UserId != userId);
}
