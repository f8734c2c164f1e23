using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;
using OrleansCalls.History;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Silo.Storage.Sqlite;

namespace OrleansCalls.Silo.Storage;

/// <summary>One of the two databases, as services of the host and providers of the silo.</summary>
internal abstract class CallStorage
{
    /// <summary>The name of the calls' grain storage.</summary>
    internal const string Calls = "calls";

    /// <summary>The names of all grain storages.</summary>
    private static readonly string[] Names = [Calls, "users"];

    /// <summary>Returns the configured database; an empty connection string counts as unset.</summary>
    internal static CallStorage Choose(SettingsReader settings) =>
        settings.Exact("ConnectionStrings__Postgres") is { } text ? new PostgresStorage(text) : new SqliteStorage();

    /// <summary>Adds the services common to both databases, then the database's own.</summary>
    internal void AddServices(IServiceCollection services, SettingsReader settings)
    {
        services.AddSingleton(StorageOptions.Read(settings)).AddSingleton(HistoryOptions.Read(settings));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrainStateSerializer>();
        services.AddMetrics();
        services.TryAddSingleton<StorageMetrics>();
        AddStore(services);
        services.AddSingleton<ICallHistory>(provider =>
            new MeasuredHistory(History(provider), provider.GetRequiredService<StorageMetrics>()));
        services.AddSingleton<IOpenCallIndex>(provider =>
            new MeasuredOpenCalls(OpenCalls(provider), provider.GetRequiredService<StorageMetrics>()));
        services.AddHostedService<StoreLifetime>();
        services.AddSingleton<StoragePurge>().AddSingleton<IPurge>(provider => provider.GetRequiredService<StoragePurge>());
        services.AddHostedService(provider => provider.GetRequiredService<StoragePurge>());
        services.AddSingleton<StorageHealth>();
        services.AddHealthChecks().AddCheck<StorageHealth>("storage", tags: ["ready"]);
    }

    internal void AddProviders(ISiloBuilder silo)
    {
        AddGrainsAndReminders(silo);
        foreach (var name in Names)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                name,
                (provider, _) => new MeasuredStorage(
                    name, Grains(provider, name), provider.GetRequiredService<StorageMetrics>()));
        }
    }

    protected abstract void AddStore(IServiceCollection services);

    /// <summary>Adds the providers behind grain storage, and the reminder table.</summary>
    protected abstract void AddGrainsAndReminders(ISiloBuilder silo);

    /// <summary>Returns the grain storage of this name.</summary>
    protected abstract IGrainStorage Grains(IServiceProvider provider, string name);

    protected abstract ICallHistory History(IServiceProvider provider);

    protected abstract IOpenCallIndex OpenCalls(IServiceProvider provider);

    /// <summary>Adds the membership table through which the silo finds its cluster.</summary>
    internal abstract void AddMembership(ISiloBuilder silo, SiloOptions options, Cluster.MembershipOptions cluster);

    /// <summary>Adds checks that must pass before the silo starts.</summary>
    internal virtual void AddGuard(IServiceCollection services)
    {
    }

    /// <summary>Adds the supervision of the cluster's other silos.</summary>
    internal virtual void AddWatch(IServiceCollection services)
    {
    }

    private sealed class SqliteStorage : CallStorage
    {
        protected override void AddStore(IServiceCollection services)
        {
            services.AddSingleton<SqliteStore>();
            services.AddSingleton<IStore>(provider => provider.GetRequiredService<SqliteStore>());
        }

        internal override void AddMembership(ISiloBuilder silo, SiloOptions options, Cluster.MembershipOptions cluster) =>
            Cluster.ClusterSetup.AddLocalMembership(silo, options);

        protected override void AddGrainsAndReminders(ISiloBuilder silo)
        {
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable, SqliteReminderTable>();
        }

        protected override IGrainStorage Grains(IServiceProvider provider, string name) => new SqliteGrainStorage(
            name, provider.GetRequiredService<SqliteStore>(), provider.GetRequiredService<GrainStateSerializer>(),
            provider.GetRequiredService<TimeProvider>());

        protected override ICallHistory History(IServiceProvider provider) =>
            new SqliteCallHistory(provider.GetRequiredService<SqliteStore>());

        protected override IOpenCallIndex OpenCalls(IServiceProvider provider) =>
            new SqliteOpenCalls(provider.GetRequiredService<SqliteStore>());
    }
}
