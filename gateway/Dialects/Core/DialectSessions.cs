namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>What every session needs.</summary>
public sealed record DialectServices(
    ConnectionFactory Connections, CallCommands Calls, CommandGate Gate, GatewayOptions Options, TimeProvider Time,
    ILogger<DialectSession> Log);

/// <summary>
/// All devices of this process that speak a dialect. The first line of a device opens its connection, its last one closes it; what it
/// knew is kept for a while, so that a client that comes back is told what it has missed and nothing twice.
/// </summary>
public sealed class DialectSessions(ConnectionOpener opener, BoundDevices bound, DrainState drain, DialectServices services)
{
    private const int MostLines = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Dialect, string UserId), List<DialectSession>> _live = [];
    private readonly Dictionary<DeviceKey, Task> _closing = [];
    private readonly LeftDevices _left = new(services.Time);

    /// <summary>
    /// Adds a line to the session of a device; returns once the device counts as connected and what the line is to hear first is on its
    /// way. If that cannot be, the line is closed and says why.
    /// </summary>
    /// <param name="dialect">The language.</param>
    /// <param name="client">Who speaks.</param>
    /// <param name="line">The line. Whoever attaches it detaches it, whatever came of this.</param>
    public async Task<DialectSession> Attach(IDialect dialect, DialectClient client, DialectLine line)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(line);
        var missing = client.Named is null ? await bound.WithoutSocket(client) : [];
        DialectSession? session;
        bool isNew;
        DialectLine? oldest;
        lock (_lock)
        {
            var key = new DeviceKey(dialect.Name, client.UserId, client.Named ?? Choose(dialect, client, missing));
            session = Find(key);
            isNew = session is null || session.IsOver;
            IReadOnlyDictionary<string, long>? seen = null;
            if (isNew)
                (session, seen) = Replace(dialect, client, key, session);
            oldest = session!.Add(line, client) > MostLines ? session.Lines[0] : null;
            // With its line: what it is to be told first would find nobody.
            if (isNew)
                session.Opening = Open(session, seen, _closing.GetValueOrDefault(key) ?? Task.CompletedTask);
        }

        // On a network that comes and goes the oldest is one that is dead and has not been found out.
        oldest?.Close(LineEnd.Unavailable, $"a device has {MostLines} sockets at most");
        // Whoever comes too late to be among those whom a process sends away has to be told here; what a line is told first counts.
        if (drain.IsDraining)
            line.Close(LineEnd.GoingAway);
        if (session.IsOver)
            line.Close(LineEnd.Unavailable);
        else if (isNew)
            await session.Opening;
        else
            await Show(session, line);
        if (drain.IsDraining)
            line.Close(LineEnd.GoingAway);
        return session;
    }

    /// <summary>A line is gone.</summary>
    public void Detach(DialectSession session, DialectLine line)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(line);
        lock (_lock)
        {
            if (session.Remove(line) > 0)
                return;
            var key = KeyOf(session);
            var own = LiveOf(key.Dialect, key.UserId);
            // Else another one has its place, and what it knew.
            if (own.Remove(session))
                _left.Keep(key, session.HandOver(line.SaidGoodbye));
            if (own.Count == 0)
                _live.Remove((key.Dialect, key.UserId));
            var closing = Close(session);
            _closing[key] = closing;
            _ = closing.ContinueWith(_ => Closed(key, closing), TaskScheduler.Default);
        }
    }

    /// <summary>Puts a line where its device's calls are.</summary>
    internal async Task Show(DialectSession session, DialectLine line)
    {
        try
        {
            await opener.Show(session.Connection, line, line.Closed);
        }
        catch (Exception exception)
        {
            if (!line.Closed.IsCancellationRequested)
                GatewayLog.OpenFailed(services.Log, exception, session.Connection.Lease.ConnectionId, session.Actor.UserId);
            line.Close(LineEnd.Unavailable);
        }
    }

    private static DeviceKey KeyOf(DialectSession session) => new(session.Dialect.Name, session.Actor.UserId, session.Actor.DeviceId!);

    private List<DialectSession> LiveOf(string dialect, string userId) => _live.GetValueOrDefault((dialect, userId), []);

    private DialectSession? Find(DeviceKey key) =>
        LiveOf(key.Dialect, key.UserId).Find(session => session.Actor.DeviceId == key.DeviceId);

    /// <summary>
    /// Which device a client is that does not say: another socket of a page that is here, else the one it was before, else a new one.
    /// Never one that somebody else has: two phones with the same app are two.
    /// </summary>
    private string Choose(IDialect dialect, DialectClient client, ImmutableArray<string> missing)
    {
        var live = LiveOf(dialect.Name, client.UserId);
        if (live.Find(session => !session.IsOver && session.HasPage(client)) is { } page)
            return page.Actor.DeviceId!;
        var over = live.Where(session => session.IsOver).Select(session => session.Actor.DeviceId!);
        return missing.Concat(over).Concat(_left.Of(dialect.Name, client.UserId))
            .Where(device => client.MayHaveBeen(device) && !live.Exists(session => !session.IsOver && session.Actor.DeviceId == device))
            .OrderByDescending(device => NamelessDevice.LoginOf(device) == client.Login)
            .FirstOrDefault() ?? DialectDevice.New(client.Program, client.Login);
    }

    private (DialectSession Session, IReadOnlyDictionary<string, long>? Seen) Replace(
        IDialect dialect, DialectClient client, DeviceKey key, DialectSession? former)
    {
        var live = LiveOf(key.Dialect, key.UserId);
        var left = former?.HandOver(saidGoodbye: false) ?? _left.Take(key);
        var known = left?.Known ?? new KnownCalls(services.Time);
        // The one that it was may be here still, since nobody has missed it yet.
        if (left is null && client.Named is null)
            known.Inherit(live.Where(s => client.MayHaveBeen(s.Actor.DeviceId!)).SelectMany(s => s.Known.EndsSince(DoubtSince)));
        if (former is not null)
            live.Remove(former);
        var session = new DialectSession(dialect, client.On(key.DeviceId), client.Named is not null, known, services);
        live.Add(session);
        _live[(key.Dialect, key.UserId)] = live;
        return (session, left?.Seen);
    }

    private DateTimeOffset DoubtSince => services.Time.GetUtcNow() - HubSetup.ClientTimeout;

    private async Task Open(DialectSession session, IReadOnlyDictionary<string, long>? seen, Task before)
    {
        // Not within the lock of whoever asked. An older life of the device must not be heard of after this one.
        await Task.Yield();
        await before;
        try
        {
            await opener.Open(session.Connection, seen ?? new Dictionary<string, long>(), CancellationToken.None);
        }
        catch (CallException refused)
        {
            GatewayLog.Refused(services.Log, session.Connection.Lease.ConnectionId, session.Actor.UserId, refused.Error.Code.Wire());
            session.CloseLines(LineEnd.Displaced, $"{refused.Error.Code.Wire()}: {refused.Error.Detail}");
        }
        catch (Exception exception)
        {
            // Without a lease nothing would reach the device, so it had better try elsewhere.
            GatewayLog.OpenFailed(services.Log, exception, session.Connection.Lease.ConnectionId, session.Actor.UserId);
            session.CloseLines(LineEnd.Unavailable, detail: null);
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
