namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Services shared by all sessions.</summary>
public sealed record DialectServices(
    ConnectionFactory Connections, CallCommands Calls, CommandGate Gate, GatewayOptions Options, TimeProvider Time,
    ILogger<DialectSession> Log);

/// <summary>
/// All sessions of dialects in this process. The first socket of a device opens its connection, the last one closes it. Its
/// state is kept for some minutes, so that a client that reconnects receives what it missed, without duplicates.
/// </summary>
public sealed class DialectSessions(ConnectionOpener opener, BoundDevices bound, DrainState drain, DialectServices services)
{
    private const int MaxSockets = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Dialect, string UserId), List<DialectSession>> _live = [];
    private readonly Dictionary<DeviceKey, Task> _closing = [];
    private readonly DisconnectedDevices _left = new(services.Time);

    /// <summary>
    /// Adds a socket to the session of its device; returns once the connection is registered and the first messages are queued.
    /// On failure the socket is closed with a reason.
    /// </summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="client">The client.</param>
    /// <param name="socket">The socket. The caller must detach it, whatever the outcome.</param>
    public async Task<DialectSession> Attach(IDialect dialect, DialectClient client, DialectSocket socket)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(socket);
        var missing = client.Named is null ? await bound.WithoutSocket(client) : [];
        DialectSession? session;
        bool isNew;
        DialectSocket? oldest;
        lock (_lock)
        {
            var key = new DeviceKey(dialect.Name, client.UserId, client.Named ?? Choose(dialect, client, missing));
            session = Find(key);
            isNew = session is null || session.IsOver;
            IReadOnlyDictionary<string, long>? seen = null;
            if (isNew)
                (session, seen) = Replace(dialect, client, key, session);
            oldest = session!.Add(socket, client) > MaxSockets ? session.Sockets[0] : null;
            // The socket is added in the same lock: the first messages would otherwise have no recipient.
            if (isNew)
                session.Opening = Open(session, seen, _closing.GetValueOrDefault(key) ?? Task.CompletedTask);
        }

        // On an unreliable network the oldest socket is most likely a dead one.
        oldest?.Close(CloseReason.Unavailable, $"a device has {MaxSockets} sockets at most");
        // A socket that attaches too late for the drain's own pass is closed here; the first reason given to a socket counts.
        if (drain.IsDraining)
            socket.Close(CloseReason.GoingAway);
        if (session.IsOver)
            socket.Close(CloseReason.Unavailable);
        else if (isNew)
            await session.Opening;
        else
            await Show(session, socket);
        if (drain.IsDraining)
            socket.Close(CloseReason.GoingAway);
        return session;
    }

    /// <summary>Removes a socket.</summary>
    public void Detach(DialectSession session, DialectSocket socket)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        lock (_lock)
        {
            if (session.Remove(socket) > 0)
                return;
            var key = KeyOf(session);
            var own = LiveOf(key.Dialect, key.UserId);
            // Otherwise a newer session has replaced this one and taken its state.
            if (own.Remove(session))
                _left.Keep(key, session.HandOver(socket.ClosedByClient));
            if (own.Count == 0)
                _live.Remove((key.Dialect, key.UserId));
            var closing = Close(session);
            _closing[key] = closing;
            _ = closing.ContinueWith(_ => Closed(key, closing), TaskScheduler.Default);
        }
    }

    /// <summary>Sends the device's open calls to one socket.</summary>
    internal async Task Show(DialectSession session, DialectSocket socket)
    {
        try
        {
            await opener.Show(session.Connection, socket, socket.Closed);
        }
        catch (Exception exception)
        {
            if (!socket.Closed.IsCancellationRequested)
                GatewayLog.OpenFailed(services.Log, exception, session.Connection.Lease.ConnectionId, session.Actor.UserId);
            socket.Close(CloseReason.Unavailable);
        }
    }

    private static DeviceKey KeyOf(DialectSession session) =>
        new(session.Dialect.Name, session.Actor.UserId, session.Actor.DeviceId!);

    private List<DialectSession> LiveOf(string dialect, string userId) => _live.GetValueOrDefault((dialect, userId), []);

    private DialectSession? Find(DeviceKey key) =>
        LiveOf(key.Dialect, key.UserId).Find(session => session.Actor.DeviceId == key.DeviceId);

    /// <summary>
    /// Chooses the device of a client that sends no device id: another socket of a live page, else the device it was before,
    /// else a new one. A device with a live socket is never reassigned: two phones with the same app are two devices.
    /// </summary>
    private string Choose(IDialect dialect, DialectClient client, ImmutableArray<string> missing)
    {
        var live = LiveOf(dialect.Name, client.UserId);
        if (live.Find(session => !session.IsOver && session.HasPage(client)) is { } page)
            return page.Actor.DeviceId!;
        var over = live.Where(session => session.IsOver).Select(session => session.Actor.DeviceId!);
        return missing.Concat(over).Concat(_left.Of(dialect.Name, client.UserId))
            .Where(
                device => client.MayHaveBeen(device)
                    && !live.Exists(session => !session.IsOver && session.Actor.DeviceId == device))
            .OrderByDescending(device => NamelessDevice.LoginOf(device) == client.Login)
            .FirstOrDefault() ?? DialectDevice.New(client.Program, client.Login);
    }

    private (DialectSession Session, IReadOnlyDictionary<string, long>? Seen) Replace(
        IDialect dialect, DialectClient client, DeviceKey key, DialectSession? former)
    {
        var live = LiveOf(key.Dialect, key.UserId);
        var left = former?.HandOver(closedByClient: false) ?? _left.Take(key);
        var known = left?.Recent ?? new RecentCalls(services.Time);
        // The previous session may still be live, if its loss is unnoticed.
        if (left is null && client.Named is null)
            known.Inherit(
                live.Where(s => client.MayHaveBeen(s.Actor.DeviceId!)).SelectMany(s => s.Recent.EndsSince(UncertainSince)));
        if (former is not null)
            live.Remove(former);
        var session = new DialectSession(dialect, client.On(key.DeviceId), client.Named is not null, known, services);
        live.Add(session);
        _live[(key.Dialect, key.UserId)] = live;
        return (session, left?.Seen);
    }

    private DateTimeOffset UncertainSince => services.Time.GetUtcNow() - HubSetup.ClientTimeout;

    private async Task Open(DialectSession session, IReadOnlyDictionary<string, long>? seen, Task before)
    {
        // Yields to leave the caller's lock. An earlier session of the device must close before this one opens.
        await Task.Yield();
        await before;
        try
        {
            await opener.Open(session.Connection, seen ?? new Dictionary<string, long>(), CancellationToken.None);
        }
        catch (CallException refused)
        {
            GatewayLog.Refused(
                services.Log, session.Connection.Lease.ConnectionId, session.Actor.UserId, refused.Error.Code.Wire());
            session.CloseSockets(CloseReason.Displaced, $"{refused.Error.Code.Wire()}: {refused.Error.Detail}");
        }
        catch (Exception exception)
        {
            // Without a lease no event would reach the device; it should try another gateway.
            GatewayLog.OpenFailed(services.Log, exception, session.Connection.Lease.ConnectionId, session.Actor.UserId);
            session.CloseSockets(CloseReason.Unavailable, detail: null);
        }
    }

    private async Task Close(DialectSession session)
    {
        await Task.Yield();
        await session.Opening;
        await opener.Close(session.Connection);
    }

    private void Closed(DeviceKey key, Task closing)
    {
        lock (_lock)
        {
            if (_closing.GetValueOrDefault(key) == closing)
                _closing.Remove(key);
        }
    }
}
