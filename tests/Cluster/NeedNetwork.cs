
namespace OrleansCalls.Tests.Cluster;

/// <summary>A test that cuts silos off: skipped where this process may not make networks, in CI too.</summary>
public sealed class NeedNetworkAttribute : NeedAttribute
{
    public NeedNetworkAttribute()
        : base(Need.Postgres) => Skip ??= Network.Lacks;
}
