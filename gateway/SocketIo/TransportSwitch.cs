namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Which transport a session has, whether it is on its way to another, and that one poll and one post run at a time.</summary>
internal sealed class TransportSwitch(bool webSocket, TimeProvider time)
{
    // The client may have begun another poll before it heard that its probe was answered.
    private static readonly TimeSpan HurriedPoll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _poll;
    private Stage _stage = webSocket ? Stage.WebSocket : Stage.Polling;
    private bool _posting;

    private enum Stage
    {
        Polling,

        // A WebSocket is open and has yet to show that it works.
        Upgrading,

        // It works; the client lets its poll end before it goes over.
        Probed,

        // There is no way back.
        WebSocket,
    }

    /// <summary>Whether the session's packets go over a WebSocket.</summary>
    public bool IsWebSocket
    {
        get
        {
            lock (_lock)
                return _stage == Stage.WebSocket;
        }
    }

    /// <summary>A poll begins. What comes back fires when it must not wait any longer; null if another one is under way.</summary>
    public CancellationTokenSource? TryBeginPoll()
    {
        lock (_lock)
        {
            if (_poll is not null)
                return null;
            return _poll = _stage == Stage.Probed ? new CancellationTokenSource(HurriedPoll, time) : new CancellationTokenSource();
        }
    }

    /// <summary>The poll has something to say, or nothing any more. Another may begin once the client has read it.</summary>
    public void EndPoll()
    {
        lock (_lock)
        {
            _poll?.Dispose();
            _poll = null;
        }
    }

    /// <summary>A post begins, unless another is under way.</summary>
    public bool TryBeginPost()
    {
        lock (_lock)
            return !_posting && (_posting = true);
    }

    /// <summary>The post is read.</summary>
    public void EndPost()
    {
        lock (_lock)
            _posting = false;
    }

    /// <summary>A WebSocket wants to take over, unless one already does or has.</summary>
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

    /// <summary>The WebSocket works: the client waits for its poll to end before it goes over.</summary>
    public void Probed()
    {
        lock (_lock)
        {
            _stage = Stage.Probed;
            Release();
        }
    }

    /// <summary>The WebSocket has taken over.</summary>
    public void EndUpgrade()
    {
        lock (_lock)
        {
            _stage = Stage.WebSocket;
            Release();
        }
    }

    /// <summary>The WebSocket is gone; the session goes on polling, unless the WebSocket had taken over.</summary>
    public void GiveUpUpgrade()
    {
        lock (_lock)
        {
            if (_stage != Stage.WebSocket)
                _stage = Stage.Polling;
        }
    }

    // Not Cancel: that would run what waits within this lock.
    private void Release() => _ = _poll?.CancelAsync();
}
