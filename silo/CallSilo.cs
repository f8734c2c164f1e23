using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Telemetry;
using OrleansCalls.Silo.Webhooks;

namespace OrleansCalls.Silo;

/// <summary>Makes a host one that calls live in.</summary>
public static class CallSilo
{
    /// <summary>
    /// Adds the silo, the grains and their storage: a member of the cluster in PostgreSQL when <c>ConnectionStrings__Postgres</c> is
    /// set, else one silo with a SQLite file under <c>Storage__Path</c>. Adds the health checks <c>storage</c>, <c>silo</c> and <c>clock</c>.
    /// </summary>
    public static IHostApplicationBuilder AddCallSilo(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SiloOptions>().Bind(builder.Configuration.GetSection(SiloOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>();
        services.AddOptions<MembershipOptions>().Bind(builder.Configuration.GetSection(MembershipOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MembershipOptions>, MembershipOptionsValidator>();
        services.AddOptions<HostOptions>().Configure<IOptions<SiloOptions>>(
            (host, options) => host.ShutdownTimeout = TimeSpan.FromSeconds(options.Value.DrainSeconds));
        // Before the silo: what is added first starts first and stops last.
        var storage = CallStorage.Choose(builder.Configuration);
        storage.AddServices(services, builder.Configuration);
        storage.AddGuard(services);
        builder.UseOrleans(silo =>
        {
            storage.AddProviders(silo);
            storage.AddMembership(silo);
            silo.Services.AddSingleton<IClusterMembers, OracleMembers>();
            silo.AddCallDashboard(builder.Configuration);
            if (TelemetrySetup.Traces(builder.Configuration))
                silo.AddActivityPropagation();
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            silo.Services.AddOptions<GrainCollectionOptions>().Configure<IOptions<SiloOptions>>(
                (collection, options) => collection.CollectionAge = TimeSpan.FromSeconds(options.Value.CollectionAgeSeconds));
        });
        services.AddPush(builder.Configuration);
        services.AddWebhooks(builder.Configuration);
        services.AddCallGrains(builder.Configuration);
        storage.AddWatch(services);
        services.TryAddSingleton(provider =>
            provider.GetRequiredService<TimeProvider>() as SteadyTime ?? new SteadyTime(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ClockWatch>().AddHostedService(provider => provider.GetRequiredService<ClockWatch>());
        services.AddHostedService<SiloMetrics>();
        services.AddSingleton<FigureReader>().AddHostedService<NodeReporter>();
        services.AddHealthChecks().AddCheck<SiloHealth>("silo").AddCheck<ClockHealth>("clock");
        return builder;
    }
}
