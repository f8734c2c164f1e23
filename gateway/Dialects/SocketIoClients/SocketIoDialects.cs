using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>
/// All dialects over Socket.IO as one. A client whose dialect is not known yet is sent events in each of those that it may use
/// (<c>Dialects__SocketIo</c>): their event names differ, and it listens to its own.
/// </summary>
public sealed class SocketIoDialects : IDialect
{
    /// <summary>The device tag of all Socket.IO clients.</summary>
    public const string SharedName = "socketio";

    private static readonly DialectMessages All = new(
        [], [new("error", "The client's message was refused, before its dialect was detected", "code: code, message: text")]);

    private readonly DialectSessions _sessions;
    private readonly ImmutableArray<ISocketIoDialect> _enabled;
    private readonly ImmutableArray<ISocketIoDialect> _assumed;

    /// <summary>Creates the composite of those <paramref name="dialects"/> that are enabled.</summary>
    public SocketIoDialects(IEnumerable<ISocketIoDialect> dialects, DialectOptions options, DialectSessions sessions)
    {
        _sessions = sessions;
        _enabled = [.. dialects.Where(dialect => options.Has(dialect.Name))];
        _assumed = [.. _enabled.Where(dialect => options.SocketIo.Contains(dialect.Name))];
    }

    /// <inheritdoc/>
    public string Name => SharedName;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <summary>The names of the enabled dialects.</summary>
    public IEnumerable<string> Enabled => _enabled.Select(dialect => dialect.Name);

    /// <summary>Finds a dialect by name or number; null if it is unknown or disabled.</summary>
    public ISocketIoDialect? Find(string name)
    {
        var known = DialectNames.Read(name);
        return _enabled.FirstOrDefault(dialect => dialect.Name == known);
    }

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => DialectOf(name)?.CallIdOf(name, body);

    /// <summary>Sets a socket's dialect from the first event that identifies it.</summary>
    public void Identify(SocketIoDialectSocket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.Dialect is null && DialectOf(name) is { } dialect)
            socket.SetDialect(dialect, wasAssumed: _assumed.Contains(dialect));
    }

    /// <inheritdoc/>
    public async Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body)
    {
        var own = (SocketIoDialectSocket)socket;
        if (own.Dialect is not { } dialect || !dialect.Knows(name))
            throw CallException.Invalid($"There is no event {DialectFields.Shown(name)}.");
        await dialect.Receive(session, socket, name, body);
        if (!own.TakeCatchUp())
            return;
        own.ForgetAll();
        await _sessions.Show(session, own);
    }

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectSocket socket)
    {
        foreach (var dialect in _enabled.Where(dialect => Receives(socket, dialect)))
            dialect.Opened(session, socket);
    }

    /// <inheritdoc/>
    public async Task Send(DialectAudience to, ClientEvent what)
    {
        // Events of the app's back end belong to no dialect: any client may listen for them.
        if (what is NotificationReceived)
        {
            if (_enabled.FirstOrDefault(dialect => dialect.SendsNotices) is { } dialect)
                await dialect.Send(to, what);
            return;
        }

        foreach (var (dialect, audience) in Audiences(to))
            await dialect.Send(audience, what);
    }

    /// <inheritdoc/>
    public async Task SendPresence(DialectAudience to, Presence presence)
    {
        foreach (var (dialect, audience) in Audiences(to))
            await dialect.SendPresence(audience, presence);
    }

    /// <inheritdoc/>
    public void Refuse(DialectSocket socket, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        if (((SocketIoDialectSocket)socket).Dialect is { } dialect)
            dialect.Refuse(socket, callId, error);
        else
            socket.Emit("error", DialectFields.Error(error));
    }

    /// <inheritdoc/>
    public bool Rings(string name) => DialectOf(name)?.Rings(name) ?? false;

    /// <inheritdoc/>
    public void SendNoCall(DialectSocket socket, string name, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (((SocketIoDialectSocket)socket).Dialect is IDialect dialect)
            dialect.SendNoCall(socket, name, callId, error);
    }

    private ISocketIoDialect? DialectOf(string name) => _enabled.FirstOrDefault(dialect => dialect.Knows(name));

    private IEnumerable<(ISocketIoDialect Dialect, DialectAudience To)> Audiences(DialectAudience to) =>
        from dialect in _enabled
        let audience = to.Where(socket => Receives(socket, dialect))
        where !audience.Sockets.IsEmpty
        select (dialect, audience);

    private bool Receives(DialectSocket socket, ISocketIoDialect dialect) =>
        ((SocketIoDialectSocket)socket).Dialect is { } own ? own == dialect : _assumed.Contains(dialect);
}
