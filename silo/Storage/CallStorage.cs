using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansCalls.History;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Silo.Storage.Sqlite;

namespace OrleansCalls.Silo.Storage;

/// <summary>One of the two databases, as services of the host and providers of the silo.</summary>
internal abstract class CallStorage
{
    /// <summary>Names under which grains ask for their storage.</summary>
    internal static readonly string[] Names = ["calls", "users"];

    /// <summary>The one that the configuration asks for; an empty connection string is none.</summary>
    internal static CallStorage Choose(IConfiguration configuration) =>
        configuration.GetConnectionString("Postgres") is { } text && !string.IsNullOrWhiteSpace(text)
            ? new PostgresStorage(text)
            : new SqliteStorage();

    /// <summary>Adds what both need, then the database's own.</summary>
    internal void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddOptions<HistoryOptions>().Bind(configuration.GetSection(HistoryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HistoryOptions>, HistoryOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrainStateSerializer>();
        AddStore(services);
        services.AddHostedService<StoreLifetime>();
        services.AddHostedService<StoragePurge>();
        services.AddHealthChecks().AddCheck<StorageHealth>("storage", tags: ["ready"]);
    }

    /// <summary>Adds the store and the history.</summary>
    protected abstract void AddStore(IServiceCollection services);

    /// <summary>Adds grain storage and reminders to the silo.</summary>
    internal abstract void AddProviders(ISiloBuilder silo);

    /// <summary>Makes the silo one of a cluster whose members find each other in this database. False: there is none in it.</summary>
    internal virtual bool AddMembership(ISiloBuilder silo) => false;

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
            services.AddSingleton<ICallHistory, SqliteCallHistory>();
        }

        internal override void AddProviders(ISiloBuilder silo)
        {
            foreach (var name in Names)
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>(name, (provider, _) => new SqliteGrainStorage(
                    name, provider.GetRequiredService<SqliteStore>(), provider.GetRequiredService<GrainStateSerializer>(),
                    provider.GetRequiredService<TimeProvider>()));
            }

            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable, SqliteReminderTable>();
        }
    }
}
