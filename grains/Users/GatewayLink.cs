using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The way from one user to one gateway: deliveries leave in order, one batch under way at a time, and what gathers meanwhile goes
/// with the next. Runs on the scheduler of the grain that owns it.
/// </summary>
internal sealed class GatewayLink(IGatewayObserver gateway, Action<Delivery, ImmutableArray<string>> delivered, Action<Exception> gone)
{
    private List<Delivery> _waiting = [];
    private bool _sending;

    public IGatewayObserver Gateway { get; set; } = gateway;

    public void Deliver(Delivery delivery)
    {
        _waiting.Add(delivery);
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
                var report = await Gateway.Deliver([.. batch]);
                // A gateway in this process has answered in the middle of the turn that delivers; what follows changes what that turn looks at.
                if (!report.NotConnected.IsEmpty)
                    await Task.Yield();
                foreach (var delivery in batch)
                    delivered(delivery, report.NotConnected.IsEmpty ? [] : [.. delivery.ConnectionIds.Intersect(report.NotConnected)]);
            }
            catch (Exception exception)
            {
                // What waits behind it must not overtake it, and has nowhere to go either.
                batch.AddRange(_waiting);
                _waiting = [];
                foreach (var delivery in batch)
                    delivered(delivery, delivery.ConnectionIds);
                gone(exception);
            }
        }

        _sending = false;
    }
}
