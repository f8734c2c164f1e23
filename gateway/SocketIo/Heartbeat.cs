namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Pings the client at an interval, and reports when no pong arrives in time.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SocketIoOptions _options;
    private readonly Action _ping;
    private readonly Action _silent;
    private readonly ITimer _timer;
    private readonly Queue<(long Ping, TaskCompletionSource Answered)> _waiting = new();
    private long _pings;
    private long _pongs;
    private bool _asked;

    public Heartbeat(SocketIoOptions options, TimeProvider time, Action ping, Action silent)
    {
        _options = options;
        _ping = ping;
        _silent = silent;
        _timer = time.CreateTimer(_ => Due(), null, options.PingInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Sends an extra ping. The returned task completes with the pong, when the client has received what was sent before it; a
    /// client that does not respond is left to the regular ping.
    /// </summary>
    public Task Ask()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Enqueue((++_pings, answered));
        _ping();
        return answered.Task;
    }

    /// <summary>Records a pong; an unsolicited one has no effect.</summary>
    public void Pong()
    {
        lock (_lock)
        {
            if (_pongs == _pings)
                return;
            // Pings have no ids, but pongs arrive in their order.
            _pongs++;
            while (_waiting.TryPeek(out var next) && next.Ping <= _pongs)
                _waiting.Dequeue().Answered.SetResult();
            if (!_asked)
                return;
            _asked = false;
            _timer.Change(_options.PingInterval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Due()
    {
        bool silent;
        lock (_lock)
        {
            silent = _asked;
            _asked = true;
            if (!silent)
            {
                _pings++;
                _timer.Change(_options.PingTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        if (silent)
            _silent();
        else
            _ping();
    }
}
