using System.Runtime.ExceptionServices;

namespace OrleansCalls;

/// <summary>
/// The retry policy of the service: which failures are retried, how often, for how long, and with which back-off.
/// </summary>
/// <param name="Backoff">The back-off.</param>
public sealed record Retry(Backoff Backoff)
{
    /// <summary>The maximum number of attempts; unlimited by default.</summary>
    public int Attempts { get; init; } = int.MaxValue;

    /// <summary>The time after the first attempt at which no further one starts; unlimited by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>Returns whether a failure is transient and worth another attempt; all are by default.</summary>
    public Func<Exception, bool> IsPassing { get; init; } = _ => true;

    /// <summary>Receives each failure that is followed by another attempt, before the wait.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Repeats <paramref name="attempt"/> until it succeeds. Throws the exception of the last attempt.</summary>
    /// <param name="key">Determines the jitter: see <see cref="OrleansCalls.Backoff.Wait"/>.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellation">Ends the waits; no further attempt starts.</param>
    /// <param name="failed">The failure of a first attempt that has been made already: its wait comes first.</param>
    /// <exception cref="OperationCanceledException">The cancellation fired during a wait or before the first attempt.</exception>
    public async Task Run(
        string key, Func<Task> attempt, TimeProvider time, CancellationToken cancellation, Exception? failed = null)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        var failures = 1;
        if (failed is not null)
            await Pause(key, failed, failures++, began, time, cancellation);
        for (; ; failures++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await attempt();
                return;
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested && failures < Attempts
                && IsPassing(exception))
            {
                await Pause(key, exception, failures, began, time, cancellation);
            }
        }
    }

    /// <summary>Repeats <paramref name="attempt"/> until it succeeds. Throws the exception of the last attempt.</summary>
    /// <param name="key">Determines the jitter: see <see cref="OrleansCalls.Backoff.Wait"/>.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellation">Ends the waits; no further attempt starts.</param>
    /// <returns>The result of the attempt that succeeded.</returns>
    /// <exception cref="OperationCanceledException">The cancellation fired during a wait or before the first attempt.</exception>
    public async Task<T> Get<T>(string key, Func<Task<T>> attempt, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(time);
        // The loop of Run once more: every command of every client comes through here, and a wrapper around each costs memory.
        var began = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await attempt();
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested && failures < Attempts
                && IsPassing(exception))
            {
                await Pause(key, exception, failures, began, time, cancellation);
            }
        }
    }

    private Task Pause(
        string key, Exception exception, int failures, long began, TimeProvider time, CancellationToken cancellation)
    {
        var wait = Backoff.Wait(key, failures);
        if (wait >= Patience - time.GetElapsedTime(began))
            ExceptionDispatchInfo.Throw(exception);
        Failed?.Invoke(exception);
        return Task.Delay(wait, time, cancellation);
    }
}

/// <summary>
/// An exponential back-off: doubled with each consecutive failure, up to a maximum. Jitter subtracts up to half, so that
/// clients that failed together do not return together.
/// </summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">The maximum wait.</param>
public readonly record struct Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The default between components of the service: 100 ms to 5 s.</summary>
    public static Backoff Default { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>Returns the wait for this key after a number of consecutive failures, from 1.</summary>
    public TimeSpan Wait(string key, int failures)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return (doubled < Longest ? doubled : Longest) * (0.5 + (StableHash.Fraction($"{key}:{failures}") / 2));
    }
}
