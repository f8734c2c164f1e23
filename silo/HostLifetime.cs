using Microsoft.Extensions.Hosting;

namespace OrleansCalls.Silo;

/// <summary>Waits for stages of the host.</summary>
internal static class HostLifetime
{
    /// <summary>Waits until the host has started. Returns false when it stops without having started.</summary>
    public static async Task<bool> HasStarted(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return started.Task.IsCompleted;
    }
}
