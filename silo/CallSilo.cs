using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Telemetry;
using OrleansCalls.Silo.Webhooks;

namespace OrleansCalls.Silo;

/// <summary>Makes a host a silo.</summary>
public static class CallSilo
{
    /// <summary>
    /// Adds the silo, the grains and their storage: a member of a cluster in PostgreSQL when <c>ConnectionStrings__Postgres</c>
    /// is set, else a single silo with a SQLite file under <c>Storage__Path</c>. Adds the health checks <c>storage</c>,
    /// <c>silo</c> and <c>clock</c>.
    /// </summary>
    public static IHostApplicationBuilder AddCallSilo(this IHostApplicationBuilder builder, SettingsReader settings)
    {
        var (services, options, cluster) = (builder.Services, SiloOptions.Read(settings), MembershipOptions.Read(settings));
        services.AddSingleton(cluster).Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        // Storage is registered before the silo: what is registered first starts first and stops last.
        var storage = CallStorage.Choose(settings);
        storage.AddServices(services, settings);
        storage.AddGuard(services);
        builder.UseOrleans(silo =>
        {
            storage.AddProviders(silo);
            storage.AddMembership(silo, options, cluster);
            silo.Services.AddSingleton<IClusterMembers, SiloMembers>();
            silo.AddCallDashboard(settings);
            if (TelemetrySetup.Traces(settings))
                silo.AddActivityPropagation();
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
            silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = options.CollectionAge);
        });
        services.AddPush(settings);
        services.AddWebhooks(settings);
        services.AddCallGrains(CallSettings.Read(settings));
        storage.AddWatch(services);
        services.TryAddSingleton(provider =>
            provider.GetRequiredService<TimeProvider>() as SteadyTime
                ?? new SteadyTime(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ClockWatch>().AddHostedService(provider => provider.GetRequiredService<ClockWatch>());
        services.AddHostedService<SiloMetrics>();
        services.AddSingleton<FigureReader>().AddHostedService<NodeReporter>();
        services.AddHealthChecks().AddCheck<SiloHealth>("silo").AddCheck<ClockHealth>("clock");
        return builder;
    }
}
