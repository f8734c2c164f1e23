using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Logs one line when an outage begins, and one when it ends.</summary>
internal static class OutageSetup
{
    /// <summary>Puts <see cref="OutageLoggers"/> before the host's own loggers.</summary>
    internal static void AddOutageLog(this IServiceCollection services)
    {
        services.AddSingleton<Outage>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new OutageLoggers(
            new LoggerFactory(
                provider.GetServices<ILoggerProvider>(),
                provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
                provider.GetRequiredService<IOptions<LoggerFactoryOptions>>(),
                provider.GetService<IExternalScopeProvider>()),
            provider.GetRequiredService<Outage>())));
        services.AddHostedService<OutageWatch>();
    }
}
