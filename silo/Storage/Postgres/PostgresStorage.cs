using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>PostgreSQL through Orleans' ADO.NET providers, with history beside them.</summary>
internal sealed class PostgresStorage(string connectionString) : CallStorage
{
    private const string Provider = "postgres";
    private readonly string _connectionString = PostgresConnection.WithDefaults(connectionString);

    protected override void AddStore(IServiceCollection services)
    {
        services.AddSingleton<IStore>(provider => new PostgresStore(
            _connectionString, provider.GetRequiredService<IOptions<StorageOptions>>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgresStore>>()));
        services.AddSingleton<ICallHistory>(_ => new PostgresCallHistory(_connectionString));
    }

    internal override void AddProviders(ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorage(Provider, options => options.Configure<GrainStateSerializer>((storage, serializer) =>
        {
            storage.Invariant = PostgresConnection.Invariant;
            storage.ConnectionString = _connectionString;
            storage.GrainStorageSerializer = serializer;
            storage.DeleteStateOnClear = true;
        }));
        foreach (var name in Names)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                name, (provider, _) => new ExactKeyStorage(name, provider.GetRequiredKeyedService<IGrainStorage>(Provider)));
        }

        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = PostgresConnection.Invariant;
            options.ConnectionString = _connectionString;
        });
    }

    internal override bool AddMembership(ISiloBuilder silo)
    {
#if EMBEDDED_ORLEANS
        return false;
#else
        Cluster.ClusterSetup.AddMembership(silo, _connectionString);
        return true;
#endif
    }

#if !EMBEDDED_ORLEANS
    internal override void AddGuard(IServiceCollection services) => services.AddHostedService(provider =>
        ActivatorUtilities.CreateInstance<Cluster.ClusterGuard>(provider, _connectionString));

    internal override void AddWatch(IServiceCollection services) => services.AddHostedService<Cluster.LossWatch>();
#endif
}
