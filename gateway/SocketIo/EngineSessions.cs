using System.Collections.Concurrent;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>All sessions of this process, and their graceful shutdown.</summary>
internal sealed class EngineSessions : IHostedLifecycleService
{
    private readonly ConcurrentDictionary<string, EngineSession> _bySid = new(StringComparer.Ordinal);
    private volatile bool _stopping;

    public EngineSessions(SocketIoOptions options, ISocketIoHandler handler, TimeProvider time, ILogger<EngineSessions> log) =>
        Services = new EngineServices(
            options, handler, time, log, new UnconnectedLimit(options.MaxUnconnected, options.MaxUnconnectedPerAddress),
            session => _bySid.TryRemove(session.Sid, out _));

    public EngineServices Services { get; }

    /// <summary>The number of sessions.</summary>
    public int Count => _bySid.Count;

    /// <summary>Opens a session and queues its open packet; returns null and an error if it is refused.</summary>
    public EngineSession? Open(SocketIoHandshake handshake, bool webSocket, out EngineError? error)
    {
        error = _stopping
            ? EngineError.Stopping
            : Services.Unconnected.TryEnter(handshake.RemoteAddress) ? null : EngineError.Full;
        if (error is not null)
        {
            if (error == EngineError.Full)
                SocketIoLog.Full(Services.Log, Services.Options.MaxUnconnected);
            return null;
        }

        var session = new EngineSession(Services, handshake, webSocket);
        session.Send(EnginePacket.Open(session.Sid, mayUpgrade: !webSocket, Services.Options));
        _bySid[session.Sid] = session;
        // Either the shutdown finds this session, or this finds the shutdown.
        if (_stopping)
            session.Close(DisconnectReason.ServerStopping);
        return session;
    }

    /// <summary>Finds a session by its id.</summary>
    public EngineSession? Find(string sid) => _bySid.GetValueOrDefault(sid);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the server stops, which waits for its requests, and every poll is one.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var left = _bySid.Values.ToList();
        if (left.Count == 0)
            return;
        SocketIoLog.Stopping(Services.Log, left.Count);
        foreach (var session in left)
            session.Close(DisconnectReason.ServerStopping);
        try
        {
            await Task.WhenAll(left.Select(session => session.Completion)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The shutdown timeout has passed while a handler is still running.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
