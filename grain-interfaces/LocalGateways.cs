using System.Collections.Concurrent;

namespace OrleansCalls;

/// <summary>
/// The gateways in this process. Co-hosted users call them directly, since a message to an observer costs as much within a
/// process as between two.
/// </summary>
public sealed class LocalGateways
{
    private readonly ConcurrentDictionary<string, IGatewayObserver> _gateways = new(StringComparer.Ordinal);

    /// <summary>Adds a gateway of this process. It must be thread-safe.</summary>
    public void Add(string gatewayId, IGatewayObserver gateway) => _gateways[gatewayId] = gateway;

    /// <summary>Returns the gateway; null if it is in another process.</summary>
    public IGatewayObserver? Find(string gatewayId) => _gateways.GetValueOrDefault(gatewayId);
}
