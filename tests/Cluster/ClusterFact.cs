using OrleansCalls.Storage.Tests;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// A test that needs silos which find each other: skipped on the stand-ins, which are one process and no more, and without PostgreSQL
/// (in CI, where that is installed, its lack fails).
/// </summary>
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute(bool cluster = true, bool network = false)
    {
#if EMBEDDED_ORLEANS
        if (cluster)
            Skip = "A cluster needs the official Microsoft.Orleans packages; this build has the stand-ins.";
#endif
        var all = Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1";
        if (PostgresServer.Programs is null && !all)
            Skip = "PostgreSQL's server programs are not on this machine.";
        if (network && Skip is null && Network.Lacks is { } lacks)
            Skip = lacks;
    }
}
