namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Retries a command while its grain moves between silos, so that clients notice neither upgrades nor crashes. Safe because
/// commands are idempotent (protocol.md, section 2, rule 3).
/// </summary>
public sealed class GrainRetry(GatewayOptions options, ClusterChanges changes, TimeProvider time)
{
    // A command that must not run twice passes through a live silo within milliseconds; after this time its silo is considered
    // lost.
    private static readonly TimeSpan SurelyLost = TimeSpan.FromSeconds(1);

    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    private readonly Retry _anew = new(Waits)
    {
        Patience = options.Patience, IsPassing = exception => IsPassing(exception, repeatable: true),
    };
    private readonly Retry _once = new(Waits)
    {
        Patience = options.Patience, IsPassing = exception => IsPassing(exception, repeatable: false),
    };
    private int _asked;

    /// <summary>
    /// Sends a command until it succeeds or the gateway's total timeout has passed, even in the middle of an attempt. An
    /// attempt that is pending when a silo is lost is repeated, since a hung silo never replies. Throws the last exception, or
    /// <see cref="TimeoutException"/> when an attempt was still pending.
    /// </summary>
    /// <param name="ask">The command; a rejection is a reply and is not retried.</param>
    /// <param name="repeatable">False for a command that must not run twice: if it may have been received, it is sent again
    /// only when its silo was lost.</param>
    /// <param name="cancellation">Fires when the caller has given up.</param>
    public Task<T> Ask<T>(Func<Task<T>> ask, bool repeatable = true, CancellationToken cancellation = default) =>
        Ask(ask, repeatable ? _anew : _once, repeatable, cancellation);

    /// <inheritdoc cref="Ask{T}(Func{Task{T}}, bool, CancellationToken)"/>
    public Task Ask(Func<Task> ask) => Ask(async () =>
    {
        await ask();
        return true;
    });

    /// <summary>
    /// Sends an idempotent command until it succeeds or <paramref name="patience"/> has passed; at most three times when it
    /// fails with an error that is not transient.
    /// </summary>
    /// <param name="ask">The command; a rejection is a reply and is not retried.</param>
    /// <param name="patience">The total timeout, instead of the gateway's own.</param>
    /// <param name="isWanted">Returns whether the result is still needed.</param>
    /// <param name="failed">Receives each failure that is followed by another attempt.</param>
    /// <param name="cancellation">Fires when the caller has given up.</param>
    public Task<T> Ask<T>(
        Func<Task<T>> ask, TimeSpan patience, Func<bool> isWanted, Action<Exception> failed, CancellationToken cancellation)
    {
        var defects = 0;
        return Ask(
            ask, new Retry(Waits) { Patience = patience, IsPassing = IsWorthIt, Failed = failed },
            repeatable: true, cancellation);

        bool IsWorthIt(Exception exception) => isWanted() && (IsPassing(exception, repeatable: true) || ++defects < 3);
    }

    private Task<T> Ask<T>(Func<Task<T>> ask, Retry policy, bool repeatable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var started = time.GetTimestamp();
        return policy.Get(
            $"{Interlocked.Increment(ref _asked)}", () => Try(ask, Left, repeatable, cancellation), time, cancellation);

        TimeSpan Left() => Least(policy.Patience - time.GetElapsedTime(started), policy.Patience);
    }

    private async Task<T> Try<T>(Func<Task<T>> ask, Func<TimeSpan> left, bool repeatable, CancellationToken cancellation)
    {
        while (true)
        {
            var loss = changes.NextLoss;
            var asked = time.GetTimestamp();
            var answer = ask();
            if (await Task.WhenAny(answer, loss).WaitAsync(left(), time, cancellation) == answer)
                return await answer;
            if (!repeatable)
                await Task.WhenAny(
                    answer, Task.Delay(Least(SurelyLost - time.GetElapsedTime(asked), left()), time, cancellation));
            if (answer.IsCompleted)
                return await answer;
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other)
    {
        var least = one < other ? one : other;
        return least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }

    // Transient: a silo that is gone or stopping, storage that is unavailable. After a timeout the command may have run;
    // Orleans also cancels a request that waited too long for its grain's new activation.
    private static bool IsPassing(Exception exception, bool repeatable) => exception switch
    {
        TimeoutException or OperationCanceledException => repeatable,
        _ => exception is OrleansException,
    };
}
