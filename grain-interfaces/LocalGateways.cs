using System.Collections.Concurrent;

namespace OrleansCalls;

/// <summary>
/// The gateways of this very process. Users who live here call them as the objects they are: a message to an observer costs as much
/// within a process as between two.
/// </summary>
public sealed class LocalGateways
{
    private readonly ConcurrentDictionary<string, IGatewayObserver> _gateways = new(StringComparer.Ordinal);

    /// <summary>A gateway is in this process. It is called by many users at once.</summary>
    public void Add(string gatewayId, IGatewayObserver gateway) => _gateways[gatewayId] = gateway;

    /// <summary>The gateway, if it is here.</summary>
    public IGatewayObserver? Find(string gatewayId) => _gateways.GetValueOrDefault(gatewayId);
}
