using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Storage;

/// <summary>Deletes what nobody needs any more, a few rows at a time, so that no call waits for it.</summary>
internal sealed class StoragePurge(IStore store, IOptions<HistoryOptions> history, TimeProvider time, ILogger<StoragePurge> logger)
    : BackgroundService
{
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
            var calls = await Drain(store.PurgeCalls, now - CallLimits.KeptAfterEnd, cancellation);
            var sessions = await Drain(store.PurgeHistory, now - history.Value.Retention, cancellation);
            var users = await store.PurgeUnknownUsers(now - CallLimits.KeptForUnknown, cancellation);
            if (calls + sessions + users > 0)
                logger.Purged(calls, sessions, users);
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
