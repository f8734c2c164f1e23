namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Which transport a session has, whether it is on its way to another, and that one poll and one post run at a time.</summary>
internal sealed class TransportSwitch(bool webSocket, TimeProvider time)
{
    // The client may have begun another poll before it heard that its probe was answered.
    private static readonly TimeSpan HurriedPoll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _poll;
    private bool _webSocket = webSocket;
    private bool _upgrading;
    private bool _probed;
    private bool _posting;

    /// <summary>Whether the session's packets go over a WebSocket.</summary>
    public bool IsWebSocket
    {
        get
        {
            lock (_lock)
                return _webSocket;
        }
    }

    /// <summary>A poll begins. What comes back fires when it must not wait any longer; null if another one is under way.</summary>
    public CancellationTokenSource? TryBeginPoll()
    {
        lock (_lock)
        {
            if (_poll is not null)
                return null;
            return _poll = _probed ? new CancellationTokenSource(HurriedPoll, time) : new CancellationTokenSource();
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
            return !_webSocket && !_upgrading && (_upgrading = true);
    }

    /// <summary>The WebSocket works: the client waits for its poll to end before it goes over.</summary>
    public void Probed()
    {
        lock (_lock)
        {
            _probed = true;
            Release();
        }
    }

    /// <summary>The upgrade is over, well or badly.</summary>
    public void EndUpgrade(bool done)
    {
        lock (_lock)
        {
            _upgrading = _probed = false;
            _webSocket = done;
            if (done)
                Release();
        }
    }

    // Not Cancel: that would run what waits within this lock.
    private void Release() => _ = _poll?.CancelAsync();
}
