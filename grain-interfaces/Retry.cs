namespace OrleansCalls;

/// <summary>The one way to retry: what is worth another attempt, how often, for how long, and with which waits in between.</summary>
/// <param name="Backoff">The waits.</param>
public sealed record Retry(Backoff Backoff)
{
    /// <summary>Attempts at most; by default there is no limit.</summary>
    public int Attempts { get; init; } = int.MaxValue;

    /// <summary>No attempt begins later than this after the first one; by default there is no limit.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether a failure is worth another attempt; by default each is.</summary>
    public Func<Exception, bool> IsPassing { get; init; } = _ => true;

    /// <summary>Receives each failure that is followed by another attempt, before the wait.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Repeats <paramref name="attempt"/> until it succeeds. Throws the exception of the last attempt.</summary>
    /// <param name="key">Spreads the waits of different owners: see <see cref="OrleansCalls.Backoff.Wait"/>.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellation">Ends the waits; no attempt begins any more.</param>
    /// <exception cref="OperationCanceledException">The cancellation fired during a wait or before the first attempt.</exception>
    public async Task Run(string key, Func<Task> attempt, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            cancellation.ThrowIfCancellationRequested();
            TimeSpan wait;
            try
            {
                await attempt();
                return;
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested && failures < Attempts && IsPassing(exception))
            {
                wait = Backoff.Wait(key, failures);
                if (wait >= Patience - time.GetElapsedTime(began))
                    throw;
                Failed?.Invoke(exception);
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    /// <inheritdoc cref="Run"/>
    /// <returns>What the attempt that succeeded returned.</returns>
    public async Task<T> Get<T>(string key, Func<Task<T>> attempt, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        T result = default!;
        await Run(key, async () => result = await attempt(), time, cancellation);
        return result;
    }
}

/// <summary>
/// How long to wait before a retry: doubled with each failure in a row, up to a longest. Jitter takes up to half of it away, so that
/// those who failed together do not return together.
/// </summary>
/// <param name="First">After the first failure.</param>
/// <param name="Longest">At most.</param>
public readonly record struct Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>Between parts of the service: 100 ms to 5 s.</summary>
    public static Backoff Default { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>The wait of this key after so many failures in a row, from 1.</summary>
    public TimeSpan Wait(string key, int failures)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return (doubled < Longest ? doubled : Longest) * (0.5 + (StableHash.Fraction($"{key}:{failures}") / 2));
    }
}
