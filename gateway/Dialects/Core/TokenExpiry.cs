namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Closes sockets when their token expires.</summary>
internal static class TokenExpiry
{
    // Timers reach seven weeks; a client with a longer-lived token reconnects then.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>
    /// Closes a socket at the expiry until the returned timer is disposed; null if the token does not expire.
    /// </summary>
    public static IDisposable? Watch(DialectSocket socket, DateTimeOffset? goodUntil, TimeProvider time)
    {
        if (goodUntil is not { } instant)
            return null;
        var left = instant - time.GetUtcNow();
        left = left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
        return time.CreateTimer(
            _ => socket.Close(CloseReason.Unauthenticated, "the token has expired"), null, left, Timeout.InfiniteTimeSpan);
    }
}
