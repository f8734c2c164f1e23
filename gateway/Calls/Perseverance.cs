namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Sends a command again while the grain it is for is on its way from one silo to another, so that clients see neither upgrades nor
/// crashes. Safe since the same command again returns the same result (protocol.md, section 2, rule 3).
/// </summary>
public sealed class Perseverance(GatewayOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asks until it is answered or the patience of this gateway is at its end, be it in the midst of a try: whoever waits is told by
    /// then. The caller gets the last exception, or a <see cref="TimeoutException"/> when a try was still under way.
    /// </summary>
    /// <param name="ask">What to ask; an answer that refuses is an answer.</param>
    /// <param name="repeatable">False for what must not happen twice: then a question that may have been heard is not asked again.</param>
    public async Task<T> Ask<T>(Func<Task<T>> ask, bool repeatable = true)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 3 < LongestPause ? pause * 3 : LongestPause)
        {
            try
            {
                return await ask().WaitAsync(Left(started), time);
            }
            catch (Exception exception) when (IsPassing(exception, repeatable) && pause < Left(started))
            {
                await Task.Delay(pause, time);
            }
        }
    }

    /// <inheritdoc cref="Ask{T}"/>
    public Task Ask(Func<Task> ask) => Ask(async () =>
    {
        await ask();
        return true;
    });

    private TimeSpan Left(long started)
    {
        var left = options.Patience - time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // A silo that is gone, one that refuses since it stops, storage that is away. A silence, or a silo that went with the question in its
    // hands, may mean that it was done.
    private static bool IsPassing(Exception exception, bool repeatable) => exception switch
    {
        TimeoutException or SiloUnavailableException => repeatable,
        _ => exception is OrleansException,
    };
}
