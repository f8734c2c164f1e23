using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>A search of ended calls by an operator; null fields match everything. Times are those of the calls' ends.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallSearch")]
public sealed record CallSearch
{
    /// <summary>A party of the call.</summary>
    [Id(0)] public string? UserId { get; init; }

    /// <summary>The earliest end, inclusive.</summary>
    [Id(1)] public DateTimeOffset? From { get; init; }

    /// <summary>The latest end, exclusive.</summary>
    [Id(2)] public DateTimeOffset? To { get; init; }

    /// <summary>The end reason.</summary>
    [Id(3)] public EndReason? Reason { get; init; }

    /// <summary>A prefix of the call's id or a party's id.</summary>
    [Id(4)] public string? Prefix { get; init; }

    /// <summary>The position to continue from, from <see cref="HistoryPage.Next"/>; null for the newest.</summary>
    [Id(5)] public string? Cursor { get; init; }

    /// <summary>1 to 100.</summary>
    [Id(6)] public int Limit { get; init; } = 50;
}

/// <summary>An ended call with its timeline.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.EndedCall")]
public sealed record EndedCall
{
    /// <summary>The call as it ended.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>The timeline up to the end, oldest first; empty for a call of a version that did not store it.</summary>
    [Id(1)] public required ImmutableArray<TimelineEntry> Timeline { get; init; }
}
