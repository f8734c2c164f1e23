using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// One device of a user that uses a dialect: its sockets and its recent calls. Delivery sees it as the socket of one <see
/// cref="ClientConnection"/>, so that leases, presence, resuming and limits are those of every other connection.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim without a wait handle holds nothing to dispose of.
public sealed class DialectSession : IClientSocket
#pragma warning restore CA1001
{
    private readonly DialectServices _services;
    private readonly SessionSockets _sockets;
    private readonly SemaphoreSlim _slots;
    private readonly bool _isNamed;
    private volatile RecentCalls _recent;
    private volatile bool _isOver;

    // A close requested after the drain began has the same reason as the drain's own.
    private volatile CloseReason _reconnectEnd = CloseReason.Unavailable;

    internal DialectSession(IDialect dialect, Actor actor, bool isNamed, RecentCalls known, DialectServices services)
    {
        Dialect = dialect;
        _recent = known;
        _isNamed = isNamed;
        _services = services;
        _sockets = new SessionSockets(services.Time);
        _slots = new SemaphoreSlim(services.Options.ParallelInvocations);
        var connectionId = $"{dialect.DeviceTag}-{Guid.CreateVersion7():N}";
        Connection = services.Connections.Create(connectionId, actor, PlatformOf(dialect.DeviceTag), this);
    }

    /// <summary>The dialect.</summary>
    public IDialect Dialect { get; }

    /// <summary>The connection, as seen by leases, limits and delivery.</summary>
    public ClientConnection Connection { get; }

    /// <summary>The actor of its commands.</summary>
    public Actor Actor => Connection.Actor;

    /// <summary>The calls that the device recently received.</summary>
    public RecentCalls Recent => _recent;

    /// <summary>A snapshot of its sockets.</summary>
    public ImmutableArray<DialectSocket> Sockets => _sockets.All;

    /// <summary>Whether the session is closing, so that a new socket needs a new session.</summary>
    internal bool IsOver => _isOver || Connection.IsClosed;

    // Two unnamed clients may collide by accident: such a client may reconnect, as another device.
    private CloseReason Displacement => _isNamed ? CloseReason.Displaced : CloseReason.Unavailable;

    /// <summary>The pending open operation, which closing waits for.</summary>
    internal Task Opening { get; set; } = Task.CompletedTask;

    /// <summary>Returns the platform of its leases, by <see cref="IDialect.DeviceTag"/>.</summary>
    public static string PlatformOf(string deviceTag) => $"dialect-{deviceTag}";

    /// <summary>Returns the recent state of a call, reading it if necessary; null if it is unavailable.</summary>
    public async ValueTask<Call?> FindOrRead(string callId) => Recent.Find(callId) ?? await Read(callId);

    /// <summary>Returns the current state of a call; null if it is unavailable.</summary>
    public async Task<Call?> Read(string callId)
    {
        try
        {
            return Shown(await _services.Calls.Get(Actor, callId));
        }
        catch (Exception exception)
        {
            if (exception is not CallException)
                GatewayLog.DialectUnread(_services.Log, exception, callId, Actor.UserId);
            return null;
        }
    }

    /// <summary>
    /// Records a call returned by a command as received, except for its end, which is always sent as an event.
    /// </summary>
    public Call Shown(Call call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Recent.Keep(call);
        if (call.State != CallPhase.Ended)
            Connection.Seen.Add(call.CallId, call.Seq, ended: false);
        return call;
    }

    /// <summary>
    /// Accepts a message from a client; returns once it is queued. Messages about one call run in order, others in parallel.
    /// </summary>
    /// <param name="socket">The socket it came over.</param>
    /// <param name="name">The message's name.</param>
    /// <param name="body">The message's payload.</param>
    /// <param name="done">Called with null on completion, or with the error.</param>
    public async Task Receive(DialectSocket socket, string name, JsonElement body, Action<CallError?>? done = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        await _slots.WaitAsync(socket.Closed);
        _ = Carry(socket, name, body, done);
    }

    /// <inheritdoc/>
    public bool NeedsEnds => true;

    /// <inheritdoc/>
    public async Task Send(Outgoing message)
    {
        try
        {
            await Translate(message);
        }
        catch (Exception exception)
        {
            // One event that cannot be encoded must not block all others.
            GatewayLog.DialectFailed(_services.Log, exception, Dialect.Name, Actor.UserId);
        }
    }

    /// <inheritdoc/>
    public void Close(bool mayReconnect) => CloseSockets(mayReconnect ? _reconnectEnd : Displacement, detail: null);

    /// <inheritdoc/>
    public async Task<bool> Probe()
    {
        if (await _sockets.Answer())
            return true;
        _isOver = true;
        foreach (var socket in Sockets)
            socket.Drop();
        return false;
    }

    /// <summary>Closes all sockets.</summary>
    internal void CloseSockets(CloseReason why, string? detail)
    {
        _isOver = true;
        foreach (var socket in Sockets)
            socket.Close(why, detail);
    }

    internal int Add(DialectSocket socket, DialectClient client) => _sockets.Add(socket, client);

    internal int Remove(DialectSocket socket) => _sockets.Remove(socket);

    /// <summary>Returns true if an unnamed client opens another socket of this device.</summary>
    internal bool HasPage(DialectClient client) => client.MayHaveBeen(Actor.DeviceId!) && _sockets.HavePage(client);

    /// <summary>Hands the session's state to its successor, and clears it.</summary>
    internal DisconnectedDevice HandOver(bool closedByClient)
    {
        var known = Interlocked.Exchange(ref _recent, new RecentCalls(_services.Time));
        if (!closedByClient)
            known.MarkUncertain(_services.Time.GetUtcNow() - HubSetup.ClientTimeout);
        return new DisconnectedDevice(known, Connection.Seen.Open);
    }

    internal Task SendTo(ImmutableArray<DialectSocket> sockets, ClientEvent what) =>
        Dialect.Send(new DialectAudience(this, sockets), what);

    private async Task Translate(Outgoing message)
    {
        switch (message)
        {
            case Outgoing.Event e:
                await EventTranslation.Deliver(this, e.What, Sockets, _services);
                break;
            case Outgoing.OpenCalls open:
                await EventTranslation.CatchUp(this, open, _services);
                break;
            case Outgoing.PastEnds past:
                await EventTranslation.CatchUp(this, past.What, _services);
                break;
            case Outgoing.PresenceChange change:
                await Dialect.SendPresence(new DialectAudience(this, Sockets), change.What);
                break;
            case Outgoing.Reconnect reconnect:
                // No dialect has a message for this: the socket is closed at the moment assigned to this connection.
                _isOver = true;
                _reconnectEnd = CloseReason.GoingAway;
                _ = CloseAfter(TimeSpan.FromMilliseconds(reconnect.What.AfterMs));
                break;
            case Outgoing.Displaced:
                CloseSockets(Displacement, detail: null);
                break;
        }
    }

    private async Task CloseAfter(TimeSpan wait)
    {
        await Task.Delay(wait, _services.Time);
        CloseSockets(CloseReason.GoingAway, detail: null);
    }

    private async Task Carry(DialectSocket socket, string name, JsonElement body, Action<CallError?>? done)
    {
        string? callId = null;
        try
        {
            callId = Dialect.CallIdOf(name, body);
            await _services.Gate.Run(Connection, callId, async () =>
            {
                await Dialect.Receive(this, socket, name, body);
                return true;
            });
            done?.Invoke(null);
        }
        catch (Exception exception)
        {
            var error = _services.Gate.Translate(exception, $"{Dialect.Name} {DialectFields.Shown(name)}", Actor.UserId);
            Dialect.Refuse(socket, callId, error);
            if (error.Code is CallErrorCode.Ended or CallErrorCode.NotFound
                || await this.IsInVain(_services, name, callId, error))
                Dialect.SendNoCall(socket, name, callId, error);
            done?.Invoke(error);
        }
        finally
        {
            _slots.Release();
        }
    }
}
