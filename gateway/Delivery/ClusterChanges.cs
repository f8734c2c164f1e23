namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Signals that silos came or went, or that the way to one of them did. Grains may have moved: what was sent to one of them may never be
/// answered, and a user's grain in its new place has no connections until their leases are renewed.
/// </summary>
public sealed class ClusterChanges : IClusterConnectionStatusObserver
{
    private volatile TaskCompletionSource _next = Make();

    /// <summary>Completes at the next change.</summary>
    public Task Next => _next.Task;

    /// <summary>Completes <see cref="Next"/>.</summary>
    public void Signal() => Interlocked.Exchange(ref _next, Make()).TrySetResult();

    /// <inheritdoc/>
    /// <remarks>Orleans' client calls this once it has closed its connection to a silo that it no longer finds among the living.</remarks>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways)
            Signal();
    }

    /// <inheritdoc/>
    public void NotifyClusterConnectionLost()
    {
        // The count has said it.
    }

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
