using System.Threading.Channels;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// One live connection: who it is, a bounded queue of what it is to be told, and one writer that keeps the order. A client that
/// does not keep up is disconnected; it comes back and resumes by seq.
/// </summary>
public sealed class ClientConnection
{
    // More calls at once than any device has; a bound, so that no client makes this grow.
    private const int MostCalls = 64;

    private readonly IClientSocket _socket;
    private readonly Channel<(Outgoing Message, long QueuedAt)> _queue;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private int _closed;

    /// <summary>A connection with an empty queue.</summary>
    public ClientConnection(
        Connection lease, Actor actor, IClientSocket socket, GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger log)
    {
        Lease = lease;
        Actor = actor;
        Rate = new TokenBucket(options.MessagesPerSecond, options.MessageBurst, time);
        _socket = socket;
        _metrics = metrics;
        _time = time;
        _log = log;
        _queue = Channel.CreateBounded<(Outgoing, long)>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
    }

    /// <summary>What the user's grain is told of it.</summary>
    public Connection Lease { get; }

    /// <summary>Who speaks over it.</summary>
    public Actor Actor { get; }

    /// <summary>How much it may say.</summary>
    public TokenBucket Rate { get; }

    /// <summary>Keeps commands for one call in the order in which they came.</summary>
    public CallOrder Order { get; } = new();

    /// <summary>Whether it has been told to close.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>
    /// The newest event of each open call that this connection was told of, or shown in an answer, by call id: from there on it
    /// resumes when its user's grain has lost sight of it.
    /// </summary>
    public IReadOnlyDictionary<string, long> Seen
    {
        get
        {
            lock (_seen)
                return new Dictionary<string, long>(_seen, StringComparer.Ordinal);
        }
    }

    /// <summary>The client knows this call up to <paramref name="seq"/>; what has ended needs no resuming.</summary>
    public void Saw(string callId, long seq, bool ended)
    {
        lock (_seen)
        {
            if (ended)
            {
                _seen.Remove(callId);
                return;
            }

            if (seq <= _seen.GetValueOrDefault(callId))
                return;
            // An answer that comes behind the end leaves something behind; any but this one will do to make room.
            if (_seen.Count >= MostCalls && !_seen.ContainsKey(callId))
                _seen.Remove(_seen.Keys.First());
            _seen[callId] = seq;
        }
    }

    /// <summary>Puts something into the queue. False: the connection is closed, or is being closed because it does not keep up.</summary>
    public bool Enqueue(Outgoing message)
    {
        if (_queue.Writer.TryWrite((message, _time.GetTimestamp())))
        {
            if (message is Outgoing.Event { What: CallEvent { Seq: > 0 } what })
                Saw(what.CallId, what.Seq, what is CallEnded);
            return true;
        }

        if (IsClosed)
            return false;
        _metrics.Overflow();
        GatewayLog.TooSlow(_log, Lease.ConnectionId, Actor.UserId);
        Close(mayReconnect: true);
        return false;
    }

    /// <summary>Closes it now; what is still queued is lost, which the client makes up for when it resumes.</summary>
    public void Close(bool mayReconnect)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _queue.Writer.TryComplete();
        _socket.Close(mayReconnect);
    }

    /// <summary>Tells it that a newer connection has taken over, and closes it once that is said.</summary>
    public void Displace()
    {
        if (_queue.Writer.TryWrite((new Outgoing.Displaced(), _time.GetTimestamp())))
            _queue.Writer.TryComplete();
        else
            Close(mayReconnect: false);
    }

    /// <summary>No more goes out: the socket is gone.</summary>
    public void Stop()
    {
        Interlocked.Exchange(ref _closed, 1);
        _queue.Writer.TryComplete();
    }

    /// <summary>Writes what is queued, in order, until the connection ends.</summary>
    public async Task Run()
    {
        try
        {
            await foreach (var (message, queuedAt) in _queue.Reader.ReadAllAsync())
            {
                if (IsClosed)
                    return;
                await _socket.Send(message);
                _metrics.Written(_time.GetElapsedTime(queuedAt));
            }

            // The queue was completed behind its last word.
            Close(mayReconnect: false);
        }
        catch (Exception exception)
        {
            GatewayLog.WriteFailed(_log, exception, Lease.ConnectionId, Actor.UserId);
            Close(mayReconnect: true);
        }
    }
}
