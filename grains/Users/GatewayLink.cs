using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The way from one user to one gateway: deliveries leave in order, one batch under way at a time, and what gathers meanwhile goes
/// with the next. Runs on the scheduler of the grain that owns it.
/// </summary>
internal sealed class GatewayLink(IGatewayObserver gateway, Action<Delivery, ImmutableArray<string>> delivered, Action<Exception> gone)
{
    private List<(Delivery Delivery, Action<ImmutableArray<string>>? Answered)> _waiting = [];
    private bool _sending;

    public IGatewayObserver Gateway { get; set; } = gateway;

    /// <param name="delivery">What to deliver.</param>
    /// <param name="answered">Receives the connections that turned out to be gone, perhaps before this returns.</param>
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
                // A gateway in this process has answered in the middle of the turn that delivers; what follows changes what that turn looks at.
                if (!report.NotConnected.IsEmpty)
                    await Task.Yield();
                foreach (var (delivery, answered) in batch)
                    Answered(delivery, answered, report.NotConnected.IsEmpty ? [] : [.. delivery.ConnectionIds.Intersect(report.NotConnected)]);
            }
            catch (Exception exception)
            {
                // What waits behind it must not overtake it, and has nowhere to go either.
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
