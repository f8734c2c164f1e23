using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Storage;

/// <summary>Deletes what nobody needs any more, a few rows at a time, so that no call waits for it.</summary>
internal sealed class StoragePurge(IStore store, IOptions<HistoryOptions> history, TimeProvider time, ILogger<StoragePurge> logger)
    : BackgroundService
{
    /// <summary>
    /// An ended id must not ring again for 24 h, and an open call lives 24 h at most without a write: after 48 h a row can only
    /// be the tombstone of a call whose id is free again. One hour more for clocks that differ.
    /// </summary>
    internal static readonly TimeSpan CallRetention = TimeSpan.FromHours(49);

    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Rows in one transaction: a few milliseconds.</summary>
    internal const int Batch = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await PurgeOnce(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is left waits for the next start.
        }
    }

    /// <summary>Deletes all that is due now.</summary>
    internal async Task PurgeOnce(CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow();
            var calls = await Drain(store.PurgeCalls, now - CallRetention, cancellation);
            var sessions = await Drain(store.PurgeHistory, now - history.Value.Retention, cancellation);
            if (calls + sessions > 0)
                logger.Purged(calls, sessions);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.PurgeFailed(e, Interval);
        }
    }

    private static async Task<int> Drain(
        Func<DateTimeOffset, int, CancellationToken, Task<int>> purge, DateTimeOffset before, CancellationToken cancellation)
    {
        int total = 0, deleted;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            deleted = await purge(before, Batch, cancellation);
            total += deleted;
        }
        while (deleted == Batch);
        return total;
    }
}
