namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Signals changes of the cluster membership and of the connections to silos. After a change grains may have moved; a user's
/// new activation knows no connections until their leases are renewed, and requests to a lost silo may never complete.
/// </summary>
public sealed class ClusterChanges : IClusterConnectionStatusObserver
{
    private volatile TaskCompletionSource _next = Make();
    private volatile TaskCompletionSource _nextLoss = Make();

    /// <summary>Completes at the next change.</summary>
    public Task Next => _next.Task;

    /// <summary>Completes when a silo, or the connection to one, is lost.</summary>
    public Task NextLoss => _nextLoss.Task;

    /// <summary>Completes <see cref="Next"/>, and <see cref="NextLoss"/> if the change is a loss.</summary>
    public void Signal(bool isLoss)
    {
        if (isLoss)
            Interlocked.Exchange(ref _nextLoss, Make()).TrySetResult();
        Interlocked.Exchange(ref _next, Make()).TrySetResult();
    }

    /// <inheritdoc/>
    /// Orleans' client calls this after it has closed its connection to a silo that is no longer a member.
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways)
            Signal(isLoss: true);
    }

    /// <inheritdoc/>
    public void NotifyClusterConnectionLost()
    {
        // NotifyGatewayCountChanged reports the same.
    }

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
