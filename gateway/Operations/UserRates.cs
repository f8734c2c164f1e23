using System.Threading.RateLimiting;

namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// How much one user may ask of this process: one token bucket for all hub and dialect connections, reconnects and REST requests. It is
/// held in each gateway by itself: with N gateways a user has N times as much.
/// </summary>
public sealed class UserRates(GatewayOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        userId => RateLimitPartition.GetTokenBucketLimiter(userId, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.MessageBurst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / options.MessagesPerSecond),
            QueueLimit = 0,
        }),
        StringComparer.Ordinal);

    /// <summary>Counts one command or connection of a user.</summary>
    /// <exception cref="CallException">The user has asked too much: <c>rate_limited</c>.</exception>
    public void Take(string userId)
    {
        using var lease = _limiter.AttemptAcquire(userId);
        if (lease.IsAcquired)
            return;
        lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
        throw new CallException(new CallError
        {
            Code = CallErrorCode.RateLimited,
            Detail = $"Too many messages of one user; the next in {Math.Ceiling(retryAfter.TotalMilliseconds)} ms.",
            RetryAfter = retryAfter,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
