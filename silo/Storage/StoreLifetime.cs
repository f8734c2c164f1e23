using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage;

/// <summary>Opens the store before every other service starts, and closes it after all of them have stopped.</summary>
internal sealed class StoreLifetime(IStore store, ILogger<StoreLifetime> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await store.Open(cancellationToken);
        logger.StorageOpened(store.Description);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => store.Close();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
