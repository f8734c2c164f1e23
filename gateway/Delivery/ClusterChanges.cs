namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Signals that silos came or went, or that the way to one of them did. Grains may have moved, and a user's grain in its new place has no
/// connections until their leases are renewed. What was sent to a silo that is lost may never be answered.
/// </summary>
public sealed class ClusterChanges : IClusterConnectionStatusObserver
{
    private volatile TaskCompletionSource _next = Make();
    private volatile TaskCompletionSource _nextLoss = Make();

    /// <summary>Completes at the next change.</summary>
    public Task Next => _next.Task;

    /// <summary>Completes when a silo, or the way to one, is lost.</summary>
    public Task NextLoss => _nextLoss.Task;

    /// <summary>Completes <see cref="Next"/>, and <see cref="NextLoss"/> if it is one.</summary>
    public void Signal(bool isLoss)
    {
        if (isLoss)
            Interlocked.Exchange(ref _nextLoss, Make()).TrySetResult();
        Interlocked.Exchange(ref _next, Make()).TrySetResult();
    }

    /// <inheritdoc/>
    /// <remarks>Orleans' client calls this once it has closed its connection to a silo that it no longer finds among the living.</remarks>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways)
            Signal(isLoss: true);
    }

    /// <inheritdoc/>
    public void NotifyClusterConnectionLost()
    {
        // The count has said it.
    }

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
