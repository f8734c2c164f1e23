using OrleansCalls.Storage.Tests;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// A test that needs PostgreSQL's server programs: skipped without them (in CI, where they are installed, their lack fails).
/// </summary>
public sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute(bool network = false)
    {
        var all = Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1";
        if (PostgresServer.Programs is null && !all)
            Skip = "PostgreSQL's server programs are not on this machine.";
        if (network && Skip is null && Network.Lacks is { } lacks)
            Skip = lacks;
    }
}
