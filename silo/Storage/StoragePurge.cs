using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// Deletes expired rows in small batches with pauses (<see cref="Pace"/>), so that no call waits for it. Every silo requests a
/// purge each <see cref="Interval"/>; one silo runs it.
/// </summary>
internal sealed class StoragePurge(
    IStore store, HistoryOptions history, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<StoragePurge> logger) : BackgroundService, IPurge
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _asked = new(0);
    private readonly Lock _lock = new();

    public PurgeStatus Status { get; private set; } = new();

    public PurgeStatus Start()
    {
        lock (_lock)
        {
            if (Status.State == WorkState.Running)
                return Status;
            _asked.Release();
            return Status = new PurgeStatus { State = WorkState.Running, StartedAt = time.GetUtcNow() };
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Ask(stoppingToken), Work(stoppingToken));

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    internal async Task PurgeOnce(CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow();
            Status = new PurgeStatus { State = WorkState.Running, StartedAt = now };
            await Drain(
                store.PurgeCalls, now - CallLimits.KeptAfterEnd,
                rows => Status = Status with { Calls = Status.Calls + rows }, cancellation);
            await Drain(
                store.PurgeHistory, now - history.Retention, rows => Status = Status with { History = Status.History + rows },
                cancellation);
            var users = await store.PurgeUnknownUsers(now - CallLimits.KeptForUnknown, cancellation);
            Status = Status with { State = WorkState.Done, EndedAt = time.GetUtcNow(), Users = Status.Users + users };
            if (Status is { Calls: > 0 } or { History: > 0 } or { Users: > 0 })
                logger.Purged(Status.Calls, Status.History, Status.Users);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Status = Status with { State = WorkState.Failed, EndedAt = time.GetUtcNow(), Error = StorageFault.Words(e) };
            logger.PurgeFailed(e, Interval);
        }
    }

    private async Task Work(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await _asked.WaitAsync(stopping);
                await PurgeOnce(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host is stopping; the next start purges the rest.
        }
    }

    private async Task Ask(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            // Grains are callable only once the host has started.
            if (!await lifetime.HasStarted(stopping))
                return;
            do
            {
                await AskOnce();
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task AskOnce()
    {
        try
        {
            await services.GetRequiredService<IGrainFactory>().GetPurge().Start();
        }
        catch (Exception e)
        {
            logger.PurgeFailed(e, Interval);
        }
    }

    private async Task Drain(
        Func<DateTimeOffset, int, CancellationToken, Task<int>> purge, DateTimeOffset before, Action<int> deleted,
        CancellationToken cancellation)
    {
        var pace = Pace.First;
        while (true)
        {
            var started = time.GetTimestamp();
            var rows = await purge(before, pace.Size, cancellation);
            deleted(rows);
            if (rows < pace.Size)
                return;
            pace = pace.After(time.GetElapsedTime(started));
            await Task.Delay(pace.Pause, time, cancellation);
        }
    }
}
