namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The transport of a session and its upgrade. Ensures that one poll and one post run at a time.</summary>
internal sealed class TransportSwitch(bool webSocket, TimeProvider time)
{
    // The client may have begun another poll before it received the probe's pong.
    private static readonly TimeSpan HurriedPoll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _poll;
    private Stage _stage = webSocket ? Stage.WebSocket : Stage.Polling;
    private bool _posting;

    private enum Stage
    {
        Polling,

        // A WebSocket is open and has yet to pass its probe.
        Upgrading,

        // The probe has passed; the client lets its poll end before it switches.
        Probed,

        // The switch is final.
        WebSocket,
    }

    /// <summary>Whether the session's packets are sent over a WebSocket.</summary>
    public bool IsWebSocket
    {
        get
        {
            lock (_lock)
                return _stage == Stage.WebSocket;
        }
    }

    /// <summary>Begins a poll. Returns a source that fires when the poll must end; null if another poll is pending.</summary>
    public CancellationTokenSource? TryBeginPoll()
    {
        lock (_lock)
        {
            if (_poll is not null)
                return null;
            return _poll = _stage == Stage.Probed
                ? new CancellationTokenSource(HurriedPoll, time)
                : new CancellationTokenSource();
        }
    }

    /// <summary>The poll is about to respond. Another may begin once the client has read the response.</summary>
    public void EndPoll()
    {
        lock (_lock)
        {
            _poll?.Dispose();
            _poll = null;
        }
    }

    /// <summary>Begins a post. Returns false if another is pending.</summary>
    public bool TryBeginPost()
    {
        lock (_lock)
            return !_posting && (_posting = true);
    }

    /// <summary>Ends the post.</summary>
    public void EndPost()
    {
        lock (_lock)
            _posting = false;
    }

    /// <summary>Begins the upgrade to a WebSocket. Returns false if one is pending or complete.</summary>
    public bool TryBeginUpgrade()
    {
        lock (_lock)
        {
            if (_stage != Stage.Polling)
                return false;
            _stage = Stage.Upgrading;
            return true;
        }
    }

    /// <summary>The probe has passed: the client waits for its poll to end before it switches.</summary>
    public void Probed()
    {
        lock (_lock)
        {
            _stage = Stage.Probed;
            Release();
        }
    }

    /// <summary>Completes the upgrade.</summary>
    public void EndUpgrade()
    {
        lock (_lock)
        {
            _stage = Stage.WebSocket;
            Release();
        }
    }

    /// <summary>The WebSocket is gone; the session goes on with polling, unless the upgrade was complete.</summary>
    public void GiveUpUpgrade()
    {
        lock (_lock)
        {
            if (_stage != Stage.WebSocket)
                _stage = Stage.Polling;
        }
    }

    // Not Cancel, which would run continuations within this lock.
    private void Release() => _ = _poll?.CancelAsync();
}
