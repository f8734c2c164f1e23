using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Many silos as one: membership in PostgreSQL, and how soon a dead silo is noticed.</summary>
internal static class ClusterSetup
{
    /// <summary>Orleans' own port numbers.</summary>
    private const int StandardPort = 11111;
    private const int StandardGatewayPort = 30000;

    /// <summary>How often a silo writes that it lives.</summary>
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
        // For a gateway that died: what is on its way to it is given up after this time, and its user's devices get their push.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ClientDropTimeout = TimeSpan.FromSeconds(12));
        silo.AddIncomingGrainCallFilter<DatabaseFault.Filter>();
    }

    /// <summary>
    /// Makes the silo the only member of a cluster in memory. Orleans' gateway port is off: the only clients are in this process.
    /// </summary>
    public static void AddLocalMembership(ISiloBuilder silo, SiloOptions options) => silo.UseLocalhostClustering(
        PortOr(options.Port, FreePort.Find()), gatewayPort: 0, serviceId: SiloOptions.ServiceId, clusterId: SiloOptions.ServiceId);

    /// <summary>The names by which silos and clients find each other and their rows.</summary>
    public static void Name(ClusterOptions names, MembershipOptions cluster) => (names.ServiceId, names.ClusterId) = (SiloOptions.ServiceId, cluster.Id);

    /// <summary>
    /// A silo that is killed, or hangs, is voted dead after three missed probes and some 4 s of silence, where Orleans' own settings take 15 to
    /// 60. The price: each silo sends a probe or two a second to each of the others (ten at most), writes one row each 5 s, and a silo that
    /// gets no CPU for some 4 s is taken for dead, which costs its calls a move to another silo and nothing else. Indirect probes and the
    /// silo's view of its own health, both on, keep a short pause of one of them from killing the others.
    /// </summary>
    private static void Watchful(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.MinProbeTimeout = TimeSpan.FromMilliseconds(500);
        // Three times this is also how long a connection must have been silent before its silo may be voted dead: a silo that hangs keeps
        // its connections, so this is what decides how soon it is noticed.
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
