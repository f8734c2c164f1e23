using System.Threading.Channels;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// One live connection: its actor, a bounded queue of outgoing messages, and one writer that keeps their order. When the queue
/// is full the connection is closed; the client reconnects and resumes by seq.
/// </summary>
public sealed class ClientConnection
{
    private readonly IClientSocket _socket;
    private readonly Channel<(Outgoing Message, long QueuedAt)> _queue;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, int> _holds = new(StringComparer.Ordinal);
    private readonly List<Outgoing> _held = [];
    private readonly int _mostHeld;
    private int _closed;

    /// <summary>Creates a connection with an empty queue.</summary>
    public ClientConnection(
        Connection lease, Actor actor, IClientSocket socket, GatewayOptions options, GatewayMetrics metrics,
        TimeProvider time, ILogger log)
    {
        Lease = lease;
        Actor = actor;
        _socket = socket;
        _metrics = metrics;
        _time = time;
        _log = log;
        _mostHeld = options.QueueLength;
        _queue = Channel.CreateBounded<(Outgoing, long)>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
    }

    /// <summary>The lease, as registered with the user's grain.</summary>
    public Connection Lease { get; }

    /// <summary>The actor of its commands.</summary>
    public Actor Actor { get; }

    /// <summary>Orders its commands per call.</summary>
    public PerCallQueue Order { get; } = new();

    /// <summary>Whether the connection is closed or closing.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <inheritdoc cref="IClientSocket.NeedsEnds"/>
    public bool NeedsEnds => _socket.NeedsEnds;

    /// <summary>The events delivered over this connection.</summary>
    public SeenCalls Seen { get; } = new();

    /// <summary>The number of messages waiting for the socket.</summary>
    public int Queued => _queue.Reader.Count;

    /// <summary>
    /// Enqueues a message, unless it is an event that was already delivered. Returns false if the connection is closed, or was
    /// just closed because its queue is full.
    /// </summary>
    public bool Enqueue(Outgoing message)
    {
        var what = (message as Outgoing.Event)?.What as CallEvent;
        if (what is not null && Holds(what.CallId, message) is { } held)
            return held || Overflow();
        if (what is not null && !Seen.Take(what))
            return true;
        if (_queue.Writer.TryWrite((message, _time.GetTimestamp())))
        {
            foreach (var call in (message as Outgoing.OpenCalls)?.What.Calls ?? [])
                Seen.Add(call.CallId, call.Seq, call.State == CallPhase.Ended);
            return true;
        }

        return Overflow();
    }

    /// <summary>
    /// Holds back the events of these calls while their state is read, so that the older state is not delivered last. Each hold
    /// needs a <see cref="Release"/>, also after a failure.
    /// </summary>
    public void Hold(IEnumerable<string> callIds)
    {
        lock (_holds)
        {
            foreach (var callId in callIds)
                _holds[callId] = _holds.GetValueOrDefault(callId) + 1;
        }
    }

    /// <summary>Enqueues the state that was read, if any, followed by the events that were held back.</summary>
    public void Release(IEnumerable<string> callIds, Outgoing? read)
    {
        lock (_holds)
        {
            if (read is not null)
                Enqueue(read);
            foreach (var callId in callIds)
                if (--_holds[callId] == 0)
                    _holds.Remove(callId);
            foreach (var message in _held.FindAll(held => !_holds.ContainsKey(CallOf(held))))
            {
                _held.Remove(message);
                Enqueue(message);
            }
        }
    }

    /// <summary>Closes the connection now. Queued messages are lost; the client receives them when it resumes.</summary>
    public void Close(bool mayReconnect)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _queue.Writer.TryComplete();
        _socket.Close(mayReconnect);
    }

    /// <summary>Notifies the client that a newer connection has replaced this one, then closes it.</summary>
    public void Displace()
    {
        if (_queue.Writer.TryWrite((new Outgoing.Displaced(), _time.GetTimestamp())))
            _queue.Writer.TryComplete();
        else
            Close(mayReconnect: false);
    }

    private static string CallOf(Outgoing held) => ((CallEvent)((Outgoing.Event)held).What).CallId;

    private bool? Holds(string callId, Outgoing message)
    {
        lock (_holds)
        {
            if (!_holds.ContainsKey(callId))
                return null;
            if (_held.Count >= _mostHeld)
                return false;
            _held.Add(message);
            return true;
        }
    }

    private bool Overflow()
    {
        if (IsClosed)
            return false;
        _metrics.Overflow();
        GatewayLog.TooSlow(_log, Lease.ConnectionId, Actor.UserId);
        Close(mayReconnect: true);
        return false;
    }

    /// <summary>Probes the client. Returns false if it did not respond in time; the socket is then closed.</summary>
    public Task<bool> Probe() => _socket.Probe();

    /// <summary>Stops the writer: the socket is gone.</summary>
    public void Stop()
    {
        Interlocked.Exchange(ref _closed, 1);
        _queue.Writer.TryComplete();
    }

    /// <summary>Writes queued messages in order until the connection closes.</summary>
    public async Task Run()
    {
        try
        {
            await foreach (var (message, queuedAt) in _queue.Reader.ReadAllAsync())
            {
                if (IsClosed)
                    return;
                await Write(message, queuedAt);
            }

            // The queue was completed behind its last message.
            Close(mayReconnect: false);
        }
        catch (Exception exception)
        {
            GatewayLog.WriteFailed(_log, exception, Lease.ConnectionId, Actor.UserId);
            Close(mayReconnect: true);
        }
    }

    // The span, like the metric, covers the time from queueing to the socket.
    private async Task Write(Outgoing message, long queuedAt)
    {
        using var span = message is Outgoing.Event { Cause: var cause, CallId: var callId } && cause != default
            ? CallTrace.Continue(
                cause, "gateway.deliver", callId, Actor.UserId, _time.GetUtcNow() - _time.GetElapsedTime(queuedAt))
            : null;
        span?.SetTag("event", ((Outgoing.Event)message).What.GetType().Name).SetTag("connection.id", Lease.ConnectionId);
        try
        {
            await _socket.Send(message);
            span.Outcome("written");
        }
        catch
        {
            span.Outcome("failed", failed: true);
            throw;
        }

        _metrics.Written(_time.GetElapsedTime(queuedAt));
    }
}
