namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Asks the client in time whether it is still there, and tells when no answer came.</summary>
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
    /// Asks now, out of turn. What comes back completes when the client has answered, and so has taken what was sent to it before; a
    /// client that does not answer is left to its next turn.
    /// </summary>
    public Task Ask()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Enqueue((++_pings, answered));
        _ping();
        return answered.Task;
    }

    /// <summary>The client has answered. An answer that nobody asked for changes nothing.</summary>
    public void Pong()
    {
        lock (_lock)
        {
            if (_pongs == _pings)
                return;
            // Pings have no names, but their answers come in their order.
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
