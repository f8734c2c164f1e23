using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// One device of one user that speaks a dialect: its lines, and what it knows. To the delivery side it is the socket of one
/// <see cref="ClientConnection"/>, so leases, presence, resuming and limits are those of every other connection.
/// </summary>
#pragma warning disable CA1001 // A semaphore of whose wait handle nobody makes use holds nothing that needs to be given back.
public sealed class DialectSession : IClientSocket
#pragma warning restore CA1001
{
    private readonly DialectServices _services;
    private readonly SessionLines _lines;
    private readonly SemaphoreSlim _slots;
    private readonly bool _isNamed;
    private volatile KnownCalls _known;
    private volatile bool _isOver;

    // A close that is asked for once the drain has begun says the same as the drain's own.
    private volatile LineEnd _reconnectEnd = LineEnd.Unavailable;

    internal DialectSession(IDialect dialect, Actor actor, bool isNamed, KnownCalls known, DialectServices services)
    {
        Dialect = dialect;
        _known = known;
        _isNamed = isNamed;
        _services = services;
        _lines = new SessionLines(services.Time);
        _slots = new SemaphoreSlim(services.Options.ParallelInvocations);
        var connectionId = $"{dialect.DeviceTag}-{Guid.CreateVersion7():N}";
        Connection = services.Connections.Create(connectionId, actor, PlatformOf(dialect.DeviceTag), this);
    }

    /// <summary>The language.</summary>
    public IDialect Dialect { get; }

    /// <summary>What leases, limits and delivery know of it.</summary>
    public ClientConnection Connection { get; }

    /// <summary>Who gives its commands.</summary>
    public Actor Actor => Connection.Actor;

    /// <summary>The calls it was told of.</summary>
    public KnownCalls Known => _known;

    /// <summary>Its lines, as they are now.</summary>
    public ImmutableArray<DialectLine> Lines => _lines.All;

    /// <summary>Whether it is being closed, so that a new line needs a new session.</summary>
    internal bool IsOver => _isOver || Connection.IsClosed;

    // Nobody is to blame for having no name: such a client may come back, as another device.
    private LineEnd Displacement => _isNamed ? LineEnd.Displaced : LineEnd.Unavailable;

    /// <summary>Its opening, which its end waits for.</summary>
    internal Task Opening { get; set; } = Task.CompletedTask;

    /// <summary>The platform of its leases, by <see cref="IDialect.DeviceTag"/>.</summary>
    public static string PlatformOf(string deviceTag) => $"dialect-{deviceTag}";

    /// <summary>The call as it was seen last, read if it is not known; null if it cannot be had.</summary>
    public async ValueTask<Call?> Know(string callId) => Known.Find(callId) ?? await Read(callId);

    /// <summary>The call as it now is; null if it cannot be had.</summary>
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

    /// <summary>An answer shows a call as well as an event does, but for its end: that everybody hears as an event.</summary>
    public Call Shown(Call call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Known.Keep(call);
        if (call.State != CallPhase.Ended)
            Connection.Seen.Add(call.CallId, call.Seq, ended: false);
        return call;
    }

    /// <summary>
    /// A client has said something. Returns once it is in its place: messages about one call are carried out one after another, others
    /// side by side.
    /// </summary>
    /// <param name="line">Over which line.</param>
    /// <param name="name">What it is.</param>
    /// <param name="body">What came with it.</param>
    /// <param name="done">Told when it is carried out (null), or why it was not.</param>
    public async Task Receive(DialectLine line, string name, JsonElement body, Action<CallError?>? done = null)
    {
        ArgumentNullException.ThrowIfNull(line);
        await _slots.WaitAsync(line.Closed);
        _ = Carry(line, name, body, done);
    }

    /// <inheritdoc/>
    public bool NeedsEnds => true;

    /// <inheritdoc/>
    public async Task Send(Outgoing message)
    {
        try
        {
            await Say(message);
        }
        catch (Exception exception)
        {
            // One event that cannot be put into words must not cost the device all others.
            GatewayLog.DialectSpeechless(_services.Log, exception, Dialect.Name, Actor.UserId);
        }
    }

    /// <inheritdoc/>
    public void Close(bool mayReconnect) => CloseLines(mayReconnect ? _reconnectEnd : Displacement, detail: null);

    /// <inheritdoc/>
    public async Task<bool> Probe()
    {
        if (await _lines.Answer())
            return true;
        _isOver = true;
        foreach (var line in Lines)
            line.Drop();
        return false;
    }

    /// <summary>Closes all lines.</summary>
    internal void CloseLines(LineEnd why, string? detail)
    {
        _isOver = true;
        foreach (var line in Lines)
            line.Close(why, detail);
    }

    internal int Add(DialectLine line, DialectClient client) => _lines.Add(line, client);

    internal int Remove(DialectLine line) => _lines.Remove(line);

    /// <summary>Whether a client without a name opens another socket of this device.</summary>
    internal bool HasPage(DialectClient client) => client.MayHaveBeen(Actor.DeviceId!) && _lines.HavePage(client);

    /// <summary>What it knew, for the one that takes its place; from now on it knows nothing.</summary>
    internal LeftDevice HandOver(bool saidGoodbye)
    {
        var known = Interlocked.Exchange(ref _known, new KnownCalls(_services.Time));
        if (!saidGoodbye)
            known.Doubt(_services.Time.GetUtcNow() - HubSetup.ClientTimeout);
        return new LeftDevice(known, Connection.Seen.Open);
    }

    internal Task TellTo(ImmutableArray<DialectLine> lines, ClientEvent what) => Dialect.Tell(new DialectAudience(this, lines), what);

    private async Task Say(Outgoing message)
    {
        switch (message)
        {
            case Outgoing.Event e:
                await Retelling.Tell(this, e.What, Lines, _services);
                break;
            case Outgoing.OpenCalls open:
                await Retelling.CatchUp(this, open, _services);
                break;
            case Outgoing.PastEnds past:
                await Retelling.CatchUp(this, past.What, _services);
                break;
            case Outgoing.PresenceChange change:
                await Dialect.TellPresence(new DialectAudience(this, Lines), change.What);
                break;
            case Outgoing.Reconnect reconnect:
                // No dialect has a word for it: the close says it, at the moment meant for this connection.
                _isOver = true;
                _reconnectEnd = LineEnd.GoingAway;
                _ = CloseAfter(TimeSpan.FromMilliseconds(reconnect.What.AfterMs));
                break;
            case Outgoing.Displaced:
                CloseLines(Displacement, detail: null);
                break;
        }
    }

    private async Task CloseAfter(TimeSpan wait)
    {
        await Task.Delay(wait, _services.Time);
        CloseLines(LineEnd.GoingAway, detail: null);
    }

    private async Task Carry(DialectLine line, string name, JsonElement body, Action<CallError?>? done)
    {
        string? callId = null;
        try
        {
            callId = Dialect.CallIdOf(name, body);
            await _services.Gate.Run(Connection, callId, async () =>
            {
                await Dialect.Receive(this, line, name, body);
                return true;
            });
            done?.Invoke(null);
        }
        catch (Exception exception)
        {
            var error = _services.Gate.Translate(exception, $"{Dialect.Name} {DialectFields.Shown(name)}", Actor.UserId);
            Dialect.Refuse(line, callId, error);
            if (error.Code is CallErrorCode.Ended or CallErrorCode.NotFound || await this.IsInVain(_services, name, callId, error))
                Dialect.TellOver(line, name, callId, error);
            done?.Invoke(error);
        }
        finally
        {
            _slots.Release();
        }
    }
}
