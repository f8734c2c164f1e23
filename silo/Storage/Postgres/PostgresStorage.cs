using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// PostgreSQL: calls and their history in tables of their own, other grains through Orleans' ADO.NET providers.
/// </summary>
internal sealed class PostgresStorage(string connectionString) : CallStorage
{
    private const string Provider = "postgres";
    private readonly string _connectionString = PostgresConnection.WithDefaults(connectionString);

    protected override void AddStore(IServiceCollection services)
    {
        services.AddSingleton(
            provider => new PostgresLanes(_connectionString, provider.GetRequiredService<ILogger<PostgresLanes>>()));
        services.AddSingleton<IStore>(provider => new PostgresStore(
            _connectionString, Lanes(provider), provider.GetRequiredService<StorageOptions>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PostgresStore>>()));
    }

    protected override void AddGrainsAndReminders(ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorage(Provider, options => options.Configure<GrainStateSerializer>((storage, serializer) =>
        {
            storage.Invariant = PostgresConnection.Invariant;
            storage.ConnectionString = _connectionString;
            storage.GrainStorageSerializer = serializer;
            storage.DeleteStateOnClear = true;
        }));
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = PostgresConnection.Invariant;
            options.ConnectionString = _connectionString;
        });
    }

    protected override IGrainStorage Grains(IServiceProvider provider, string name) => name == Calls
        ? new PostgresCallStorage(_connectionString, Lanes(provider), provider.GetRequiredService<GrainStateSerializer>())
        : new ExactKeyStorage(name, provider.GetRequiredKeyedService<IGrainStorage>(Provider));

    protected override ICallHistory History(IServiceProvider provider) => new PostgresCallHistory(_connectionString);

    protected override IOpenCallIndex OpenCalls(IServiceProvider provider) => new PostgresOpenCalls(_connectionString);

    internal override void AddMembership(ISiloBuilder silo, SiloOptions options, Cluster.MembershipOptions cluster) =>
        Cluster.ClusterSetup.AddMembership(silo, _connectionString, options, cluster);

    private static PostgresLanes Lanes(IServiceProvider provider) => provider.GetRequiredService<PostgresLanes>();

    internal override void AddGuard(IServiceCollection services) => services.AddHostedService(provider =>
        ActivatorUtilities.CreateInstance<Cluster.ClusterGuard>(provider, _connectionString));

    internal override void AddWatch(IServiceCollection services) => services.AddHostedService<Cluster.DeadSiloWatch>()
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<Cluster.ClockSkew>(provider, _connectionString));
}
