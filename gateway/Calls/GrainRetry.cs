namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Sends a command again while the grain it is for is on its way from one silo to another, so that clients see neither upgrades nor
/// crashes. Safe since the same command again returns the same result (protocol.md, section 2, rule 3).
/// </summary>
public sealed class Perseverance(GatewayOptions options, ClusterChanges changes, TimeProvider time)
{
    // What must not happen twice passes through a silo that works within milliseconds, whatever the storage does.
    private static readonly TimeSpan SurelyLost = TimeSpan.FromSeconds(1);

    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    private readonly Retry _anew = new(Waits) { Patience = options.Patience, IsPassing = exception => IsPassing(exception, repeatable: true) };
    private readonly Retry _once = new(Waits) { Patience = options.Patience, IsPassing = exception => IsPassing(exception, repeatable: false) };
    private int _asked;

    /// <summary>
    /// Asks until it is answered or the patience of this gateway is at its end, be it in the midst of a try: whoever waits is told by
    /// then. A try that is under way when a silo is lost is asked anew, since a silo that hangs will never answer it. The caller gets
    /// the last exception, or a <see cref="TimeoutException"/> when a try was still under way.
    /// </summary>
    /// <param name="ask">What to ask; an answer that refuses is an answer.</param>
    /// <param name="repeatable">
    /// False for what must not happen twice: then a question that may have been heard is asked again only when its silo was lost.
    /// </param>
    /// <param name="cancellation">Fires when nobody waits any more.</param>
    public Task<T> Ask<T>(Func<Task<T>> ask, bool repeatable = true, CancellationToken cancellation = default) =>
        Ask(ask, repeatable ? _anew : _once, repeatable, cancellation);

    /// <inheritdoc cref="Ask{T}(Func{Task{T}}, bool, CancellationToken)"/>
    public Task Ask(Func<Task> ask) => Ask(async () =>
    {
        await ask();
        return true;
    });

    /// <summary>
    /// Asks a repeatable question until it is answered or <paramref name="patience"/> is at its end; three times at most where it fails of
    /// something that does not pass by itself.
    /// </summary>
    /// <param name="ask">What to ask; an answer that refuses is an answer.</param>
    /// <param name="patience">Instead of the gateway's own.</param>
    /// <param name="isWanted">Whether anybody still waits.</param>
    /// <param name="failed">Receives each failure that is followed by another try.</param>
    /// <param name="cancellation">Fires when nobody waits any more.</param>
    public Task<T> Ask<T>(
        Func<Task<T>> ask, TimeSpan patience, Func<bool> isWanted, Action<Exception> failed, CancellationToken cancellation)
    {
        var defects = 0;
        return Ask(ask, new Retry(Waits) { Patience = patience, IsPassing = IsWorthIt, Failed = failed }, repeatable: true, cancellation);

        bool IsWorthIt(Exception exception) => isWanted() && (IsPassing(exception, repeatable: true) || ++defects < 3);
    }

    private Task<T> Ask<T>(Func<Task<T>> ask, Retry retry, bool repeatable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var started = time.GetTimestamp();
        return retry.Get($"{Interlocked.Increment(ref _asked)}", () => Try(ask, Left, repeatable, cancellation), time, cancellation);

        TimeSpan Left() => Least(retry.Patience - time.GetElapsedTime(started), retry.Patience);
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
                await Task.WhenAny(answer, Task.Delay(Least(SurelyLost - time.GetElapsedTime(asked), left()), time, cancellation));
            if (answer.IsCompleted)
                return await answer;
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other)
    {
        var least = one < other ? one : other;
        return least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }

    // A silo that is gone, one that refuses since it stops, storage that is away. A silence may mean that it was done; Orleans says the same of
    // one that waited too long for its grain's new place with a cancellation.
    private static bool IsPassing(Exception exception, bool repeatable) => exception switch
    {
        TimeoutException or OperationCanceledException => repeatable,
        _ => exception is OrleansException,
    };
}
