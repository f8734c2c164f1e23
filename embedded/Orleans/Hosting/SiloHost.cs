using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Starts and stops the silo with its host, and ends idle activations.</summary>
internal sealed class SiloHost(Silo silo, IServiceProvider services, IOptions<GrainCollectionOptions> collection) : IHostedService
{
    private ITimer? _collector;
    private LocalReminders? _reminders;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _reminders = services.GetService<LocalReminders>();
        if (_reminders is not null)
            await _reminders.Start(cancellationToken);
        var quantum = collection.Value.CollectionQuantum;
        _collector = silo.Time.CreateTimer(
            _ => silo.Collect(silo.Time.GetUtcNow() - collection.Value.CollectionAge), null, quantum, quantum);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        _reminders?.Stop();
        await silo.Stop(cancellationToken);
    }

    /// <summary>Ends it all as a crash does.</summary>
    public void Kill(bool answerCallers)
    {
        _collector?.Dispose();
        _reminders?.Stop();
        silo.Kill(answerCallers);
    }
}
