using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Silo;

/// <summary>Makes a host one that calls live in.</summary>
public static class CallSilo
{
    /// <summary>
    /// Adds the silo, the grains and their storage: a member of the cluster in PostgreSQL when <c>ConnectionStrings__Postgres</c> is
    /// set, else one silo with a SQLite file under <c>Storage__Path</c>. Adds the health checks <c>storage</c> and <c>silo</c>.
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
            if (!storage.AddMembership(silo))
                StandAlone(silo);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            silo.Services.AddOptions<GrainCollectionOptions>().Configure<IOptions<SiloOptions>>(
                (collection, options) => collection.CollectionAge = TimeSpan.FromSeconds(options.Value.CollectionAgeSeconds));
        });
        services.AddPush(builder.Configuration);
        services.AddCallGrains(builder.Configuration);
        storage.AddWatch(services);
        services.AddHostedService<ClockWatch>();
        services.AddHealthChecks().AddCheck<SiloHealth>("silo");
        return builder;
    }

    /// <summary>
    /// One silo that is a cluster by itself. The Orleans gateway port is off: whoever speaks with these grains is in the same
    /// process.
    /// </summary>
    private static void StandAlone(ISiloBuilder silo)
    {
        var port = int.TryParse(silo.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.Port)}"], out var given) ? given : 0;
        silo.UseLocalhostClustering(port is > 0 and <= 65535 ? port : FreePort.Find(), gatewayPort: 0,
            serviceId: SiloOptions.ServiceId, clusterId: SiloOptions.ServiceId);
    }
}
