namespace OrleansCalls;

/// <summary>
/// Runs work outside of its owner's turns, and retries failures with one back-off (<see cref="Retry"/>). Such work must not
/// write state; it calls the owner for that. It ends with the owner's lifetime: <see cref="Stop"/>.
/// </summary>
public sealed class Background
{
    /// <summary>The attempts of <see cref="UntilDoneOrGivenUp"/>: some six seconds in total.</summary>
    public const int MostAttempts = 7;

    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _failed;
    private readonly Action _stop;

    /// <param name="key">Determines the jitter, which differs between owners and is the same in every process.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="failed">Receives the work's name and the exception of each failed attempt.</param>
    public Background(string key, TimeProvider time, Action<string, Exception> failed)
    {
        var lifetime = new CancellationTokenSource();
        (_key, _time, _failed, _stop, Lifetime) = (key, time, failed, lifetime.Cancel, lifetime.Token);
    }

    /// <summary>Cancelled by <see cref="Stop"/>.</summary>
    public CancellationToken Lifetime { get; }

    /// <summary>Ends the lifetime: no further attempt starts.</summary>
    public void Stop() => _stop();

    /// <summary>Repeats <paramref name="run"/> until it succeeds or the lifetime ends.</summary>
    /// <param name="work">The name in logs.</param>
    /// <param name="run">One attempt.</param>
    /// <param name="failed">The failure of a first attempt that has been made already: its wait comes first.</param>
    /// <returns>Whether it succeeded.</returns>
    public Task<bool> UntilDone(string work, Func<Task> run, Exception? failed = null) =>
        Repeat(work, run, int.MaxValue, failed);

    /// <summary>
    /// Repeats <paramref name="run"/> until it succeeds, has failed <see cref="MostAttempts"/> times, or the lifetime ends.
    /// </summary>
    /// <param name="work">The name in logs.</param>
    /// <param name="run">One attempt.</param>
    /// <returns>Whether it succeeded.</returns>
    public Task<bool> UntilDoneOrGivenUp(string work, Func<Task> run) => Repeat(work, run, MostAttempts, null);

    /// <summary>Waits. Returns false, perhaps early, when the lifetime has ended.</summary>
    public async Task<bool> Pause(TimeSpan wait)
    {
        await Task.Delay(wait, _time, Lifetime).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        return !Lifetime.IsCancellationRequested;
    }

    private async Task<bool> Repeat(string work, Func<Task> run, int most, Exception? failed)
    {
        var retry = new Retry(Backoff.Default) { Attempts = most, Failed = exception => _failed(work, exception) };
        try
        {
            await retry.Run(_key, run, _time, Lifetime, failed);
            return true;
        }
        catch (Exception exception)
        {
            if (!Lifetime.IsCancellationRequested)
                _failed(work, exception);
            return false;
        }
    }
}

/// <summary>A hash that is the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
public static class StableHash
{
    /// <summary>Returns the FNV-1a hash of the text, with its upper half mixed into the lower.</summary>
    public static uint Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = 2166136261;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619;
        return hash ^ (hash >> 16);
    }

    /// <summary>The hash of the text as a number from 0 to 1: jitter that a repetition of the same run has again.</summary>
    public static double Fraction(string text) => Of(text) / (double)uint.MaxValue;
}
