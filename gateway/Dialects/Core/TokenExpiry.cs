namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Closes lines whose token is not good any more.</summary>
internal static class TokenExpiry
{
    // Timers reach seven weeks; whoever has a longer token is asked for a new one then.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>Watches a line until what is returned is disposed of; null if its token does not expire.</summary>
    public static IDisposable? Watch(DialectLine line, DateTimeOffset? goodUntil, TimeProvider time)
    {
        if (goodUntil is not { } instant)
            return null;
        var left = instant - time.GetUtcNow();
        left = left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
        return time.CreateTimer(_ => line.Close(LineEnd.Unauthenticated, "the token has expired"), null, left, Timeout.InfiniteTimeSpan);
    }
}
