using Microsoft.AspNetCore.SignalR.Client;

namespace OrleansCalls.Client;

/// <summary>
/// Unlimited exponential back-off with jitter, up to <see cref="Longest"/>; a longer delay requested by the service is
/// respected.
/// </summary>
internal sealed class BackOff(TimeProvider time) : IRetryPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // A connection closed sooner counts as a failed attempt, or it would be opened and closed in a loop.
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly Random _random = new();
    private int _failures;
    private long? _takenAt;

    /// <summary>Raised with the reason of each further attempt.</summary>
    public event Action<Exception?>? Retrying;

    /// <summary>
    /// The service has sent an event. A mere handshake does not count: a gateway without silos accepts
    /// connections and closes them at once.
    /// </summary>
    public void Taken()
    {
        lock (_lock)
            _takenAt ??= time.GetTimestamp();
    }

    public TimeSpan? NextRetryDelay(RetryContext retryContext)
    {
        Retrying?.Invoke(retryContext.RetryReason);
        return Next(retryContext.RetryReason);
    }

    /// <summary>The delay after a further failure.</summary>
    public TimeSpan Next(Exception? reason)
    {
        var (failures, jitter) = Fail();
        var most = First * Math.Pow(2, Math.Min(failures, 6));
        most = most < Longest ? most : Longest;
        // The first attempt may be immediate: one lost connection is no sign of an overloaded service.
        var least = failures == 0 ? TimeSpan.Zero : most / 2;
        var delay = least + ((most - least) * jitter);
        return (reason as OrleansCallsException)?.RetryAfter is { } asked && asked > delay ? asked : delay;
    }

    /// <summary>The failed attempts before this one, and a random number from 0 to 1.</summary>
    private (int Failures, double Jitter) Fail()
    {
        lock (_lock)
        {
            if (_takenAt is { } taken && time.GetElapsedTime(taken) >= Lasting)
                _failures = 0;
            _takenAt = null;
#pragma warning disable CA5394 // The jitter spreads load; it protects nothing.
            return (_failures++, _random.NextDouble());
#pragma warning restore CA5394
        }
    }
}
