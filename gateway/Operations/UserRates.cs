using System.Threading.RateLimiting;

namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// The rate limit of one user at this process: one token bucket for hub and dialect connections, reconnects and REST requests.
/// Each gateway has its own, so that with N gateways the limit is N times as high.
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

    /// <summary>Takes a token for a command or connection of a user.</summary>
    /// <exception cref="CallException"><c>rate_limited</c>: the bucket is empty.</exception>
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
