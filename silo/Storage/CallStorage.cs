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
    /// <summary>Name under which calls ask for their storage.</summary>
    internal const string Calls = "calls";

    /// <summary>Names under which grains ask for their storage.</summary>
    private static readonly string[] Names = [Calls, "users"];

    /// <summary>The one that the configuration asks for; an empty connection string is none.</summary>
    internal static CallStorage Choose(SettingsReader settings) =>
        settings.Exact("ConnectionStrings__Postgres") is { } text ? new PostgresStorage(text) : new SqliteStorage();

    /// <summary>Adds what both need, then the database's own.</summary>
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

    /// <summary>Adds grain storage and reminders to the silo.</summary>
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

    /// <summary>Adds the store.</summary>
    protected abstract void AddStore(IServiceCollection services);

    /// <summary>Adds the providers behind grain storage, and reminders.</summary>
    protected abstract void AddGrainsAndReminders(ISiloBuilder silo);

    /// <summary>The storage of this name.</summary>
    protected abstract IGrainStorage Grains(IServiceProvider provider, string name);

    /// <summary>The history.</summary>
    protected abstract ICallHistory History(IServiceProvider provider);

    /// <summary>The open calls.</summary>
    protected abstract IOpenCallIndex OpenCalls(IServiceProvider provider);

    /// <summary>Adds the membership in which the silo finds the others of its cluster.</summary>
    internal abstract void AddMembership(ISiloBuilder silo, SiloOptions options, Cluster.MembershipOptions cluster);

    /// <summary>Adds what must agree before the silo starts.</summary>
    internal virtual void AddGuard(IServiceCollection services)
    {
    }

    /// <summary>Adds what looks after a silo's neighbours once it runs.</summary>
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
