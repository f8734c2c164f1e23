using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>Which ended calls an operator looks for; what is null does not matter. Times are those of the calls' ends.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallSearch")]
public sealed record CallSearch
{
    /// <summary>A party of the call.</summary>
    [Id(0)] public string? UserId { get; init; }

    /// <summary>Ended then or later.</summary>
    [Id(1)] public DateTimeOffset? From { get; init; }

    /// <summary>Ended before.</summary>
    [Id(2)] public DateTimeOffset? To { get; init; }

    /// <summary>Why it ended.</summary>
    [Id(3)] public EndReason? Reason { get; init; }

    /// <summary>What the call's id or a party's id begins with.</summary>
    [Id(4)] public string? Prefix { get; init; }

    /// <summary>Where to go on, from <see cref="HistoryPage.Next"/>; null for the newest.</summary>
    [Id(5)] public string? Cursor { get; init; }

    /// <summary>1 to 100.</summary>
    [Id(6)] public int Limit { get; init; } = 50;
}

/// <summary>An ended call and how it went.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndedCall")]
public sealed record EndedCall
{
    /// <summary>The call as it ended.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>Everything up to its end, oldest first; empty for a call of a version that did not keep it.</summary>
    [Id(1)] public required ImmutableArray<TimelineEntry> Timeline { get; init; }
}
