using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Cluster membership in PostgreSQL, and the detection of dead silos.</summary>
internal static class ClusterSetup
{
    /// <summary>Orleans' standard silo port.</summary>
    private const int StandardPort = 11111;
    private const int StandardGatewayPort = 30000;

    /// <summary>The interval of the "I am alive" writes to the membership table.</summary>
    internal static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    /// <summary>Makes the silo a member of the cluster in this database.</summary>
    public static void AddMembership(ISiloBuilder silo, string connectionString, SiloOptions options, MembershipOptions cluster)
    {
        silo.UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = PostgresConnection.Invariant;
            clustering.ConnectionString = connectionString;
        });
        silo.AddKubernetes(cluster);
        silo.AddTls(cluster);
        silo.Configure<ClusterOptions>(names => Name(names, cluster));
        silo.Configure<ClusterMembershipOptions>(Watchful);
        silo.Configure<EndpointOptions>(endpoints => Place(endpoints, options));
        // After this time messages to a dead gateway are dropped, and its users' devices are pushed.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ClientDropTimeout = TimeSpan.FromSeconds(12));
        silo.AddIncomingGrainCallFilter<DatabaseFault.Filter>();
    }

    /// <summary>
    /// Makes the silo the only member of an in-memory cluster. Orleans' gateway port is closed: the only clients are in this
    /// process.
    /// </summary>
    public static void AddLocalMembership(ISiloBuilder silo, SiloOptions options) => silo.UseLocalhostClustering(
        PortOr(options.Port, FreePort.Find()), gatewayPort: 0, serviceId: SiloOptions.ServiceId,
        clusterId: SiloOptions.ServiceId);

    /// <summary>Sets the ids by which silos and clients find each other and their rows.</summary>
    public static void Name(ClusterOptions names, MembershipOptions cluster) =>
        (names.ServiceId, names.ClusterId) = (SiloOptions.ServiceId, cluster.Id);

    /// <summary>
    /// A silo that is killed, or hangs, is declared dead after three missed probes and some 4 s of silence, instead of 15 to 60
    /// s with Orleans' defaults. The cost: one or two probes a second to each of up to ten other silos, and one row written
    /// every 5 s. A silo without CPU for some 4 s is declared dead too, which only moves its calls. Indirect probes and
    /// self-monitoring keep one silo's pause from affecting the others.
    /// </summary>
    private static void Watchful(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.MinProbeTimeout = TimeSpan.FromMilliseconds(500);
        // Three times this timeout is also how long a connection must be silent before its silo may be declared dead: a hung
        // silo keeps its connections, so that this decides how soon it is detected.
        options.MaxProbeTimeout = TimeSpan.FromSeconds(1.25);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = SignOfLife;
    }

    private static void Place(EndpointOptions endpoints, SiloOptions options)
    {
        if (options.Address is { } address)
            endpoints.AdvertisedIPAddress = address;
        endpoints.SiloPort = PortOr(options.Port, StandardPort);
        endpoints.GatewayPort = PortOr(options.GatewayPort, StandardGatewayPort);
    }

    private static int PortOr(int? given, int standard) => given switch
    {
        null => standard,
        0 => FreePort.Find(),
        { } port => port,
    };
}
