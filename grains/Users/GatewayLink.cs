using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// Sends one user's deliveries to one gateway in order, one batch at a time; deliveries queued meanwhile form the next batch.
/// Runs on the scheduler of its grain.
/// </summary>
internal sealed class GatewayLink(
    IGatewayObserver gateway, Action<Delivery, ImmutableArray<string>> delivered, Action<Exception> gone)
{
    private List<(Delivery Delivery, Action<ImmutableArray<string>>? Answered)> _waiting = [];
    private bool _sending;

    public IGatewayObserver Gateway { get; set; } = gateway;

    /// <param name="delivery">The delivery.</param>
    /// <param name="answered">Receives the connections that do not exist any more, perhaps before this returns.</param>
    public void Deliver(Delivery delivery, Action<ImmutableArray<string>>? answered = null)
    {
        _waiting.Add((delivery, answered));
        if (!_sending)
            _ = Send();
    }

    private async Task Send()
    {
        _sending = true;
        while (_waiting.Count > 0)
        {
            var batch = _waiting;
            _waiting = [];
            try
            {
                var report = await Gateway.Deliver([.. batch.Select(waiting => waiting.Delivery)]);
                // A gateway in this process replies in the middle of the delivering turn; the continuation would change state
                // that the turn reads.
                if (!report.NotConnected.IsEmpty)
                    await Task.Yield();
                foreach (var (delivery, answered) in batch)
                    Answered(
                        delivery, answered,
                        report.NotConnected.IsEmpty ? [] : [.. delivery.ConnectionIds.Intersect(report.NotConnected)]);
            }
            catch (Exception exception)
            {
                // Queued deliveries must not overtake the failed ones, and would fail too.
                batch.AddRange(_waiting);
                _waiting = [];
                foreach (var (delivery, answered) in batch)
                    Answered(delivery, answered, delivery.ConnectionIds);
                gone(exception);
            }
        }

        _sending = false;
    }

    private void Answered(Delivery delivery, Action<ImmutableArray<string>>? answered, ImmutableArray<string> notConnected)
    {
        answered?.Invoke(notConnected);
        delivered(delivery, notConnected);
    }
}
