using Microsoft.AspNetCore.SignalR.Client;

namespace OrleansCalls.Client;

/// <summary>Exponential back-off with jitter and without an end, up to <see cref="Longest"/>; a service that asks for more time gets it.</summary>
internal sealed class BackOff : IRetryPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private int _failures;

    /// <summary>Raised with the reason of each further attempt.</summary>
    public event Action<Exception?>? Retrying;

    /// <summary>
    /// The service has sent an event. A mere handshake does not count: a gateway without silos accepts connections and closes them at once.
    /// </summary>
    public void Reset() => Volatile.Write(ref _failures, 0);

    public TimeSpan? NextRetryDelay(RetryContext retryContext)
    {
        Retrying?.Invoke(retryContext.RetryReason);
        return Next(retryContext.RetryReason);
    }

    /// <summary>How long to wait after one more failure.</summary>
    public TimeSpan Next(Exception? reason)
    {
        var failures = Interlocked.Increment(ref _failures) - 1;
        var most = First * Math.Pow(2, Math.Min(failures, 6));
        most = most < Longest ? most : Longest;
        // The first attempt may be immediate: one lost connection is no sign of an overloaded service.
        var least = failures == 0 ? TimeSpan.Zero : most / 2;
#pragma warning disable CA5394 // The jitter spreads load; it protects nothing.
        var delay = least + ((most - least) * Random.Shared.NextDouble());
#pragma warning restore CA5394
        return (reason as OrleansCallsException)?.RetryAfter is { } asked && asked > delay ? asked : delay;
    }
}
