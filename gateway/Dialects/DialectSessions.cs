namespace OrleansCalls.Gateway.Dialects;

/// <summary>What every session needs.</summary>
public sealed record DialectServices(
    ConnectionFactory Connections, CallCommands Calls, CommandGate Gate, GatewayOptions Options, TimeProvider Time,
    ILogger<DialectSession> Log);

/// <summary>
/// All devices of this process that speak a dialect. The first line of a device opens its connection, its last one closes it; what it
/// knew is kept for a while, so that a client that comes back is told what it has missed and nothing twice.
/// </summary>
public sealed class DialectSessions(ConnectionOpener opener, DialectServices services)
{
    private const int MostLines = 16;
    private const int MostLeft = 10_000;
    private static readonly TimeSpan LeftFor = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, DialectSession> _live = [];
    private readonly Dictionary<Key, Task> _closing = [];
    private readonly OrderedDictionary<Key, Left> _left = [];

    /// <summary>
    /// Adds a line to the session of a device; returns once the device counts as connected and what the line is to hear first is on its
    /// way. If that cannot be, the line is closed and says why.
    /// </summary>
    /// <param name="dialect">The language.</param>
    /// <param name="actor">Who speaks, with a device.</param>
    /// <param name="line">The line. Whoever attaches it detaches it, whatever came of this.</param>
    public async Task<DialectSession> Attach(IDialect dialect, Actor actor, DialectLine line)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(line);
        var key = new Key(dialect.Name, actor.UserId, actor.DeviceId!);
        DialectSession? session;
        var isNew = false;
        DialectLine? oldest;
        lock (_lock)
        {
            if (!_live.TryGetValue(key, out session) || session.IsOver)
            {
                _left.Remove(key, out var left);
                _live[key] = session = new DialectSession(dialect, actor, left?.Known ?? new KnownCalls(services.Time), services);
                isNew = true;
                session.Opening = Open(session, left?.Seen, _closing.GetValueOrDefault(key) ?? Task.CompletedTask);
            }

            oldest = session.Add(line) > MostLines ? session.Lines[0] : null;
        }

        // On a network that comes and goes the oldest is one that is dead and has not been found out.
        oldest?.Close(LineEnd.Unavailable, $"a device has {MostLines} sockets at most");
        if (session.IsOver)
            line.Close(LineEnd.Unavailable);
        else if (isNew)
            await session.Opening;
        else
            await Show(session, line);
        return session;
    }

    /// <summary>A line is gone.</summary>
    public void Detach(DialectSession session, DialectLine line)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (_lock)
        {
            if (session.Remove(line) > 0)
                return;
            var key = new Key(session.Dialect.Name, session.Actor.UserId, session.Actor.DeviceId!);
            if (_live.GetValueOrDefault(key) == session)
                _live.Remove(key);
            Keep(key, session, line.SaidGoodbye);
            var closing = Close(session);
            _closing[key] = closing;
            _ = closing.ContinueWith(_ => Closed(key, closing), TaskScheduler.Default);
        }
    }

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
            GatewayLog.Refused(services.Log, session.Connection.Lease.ConnectionId, session.Actor.UserId, refused.Error.Code);
            session.CloseLines(LineEnd.Displaced, $"{refused.Error.Code.Wire()}: {refused.Error.Detail}");
        }
        catch (Exception exception)
        {
            // Without a lease nothing would reach the device, so it had better try elsewhere.
            GatewayLog.OpenFailed(services.Log, exception, session.Connection.Lease.ConnectionId, session.Actor.UserId);
            session.CloseLines(LineEnd.Unavailable, detail: null);
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

    private async Task Close(DialectSession session)
    {
        await Task.Yield();
        await session.Opening;
        await opener.Close(session.Connection);
    }

    private void Closed(Key key, Task closing)
    {
        lock (_lock)
        {
            if (_closing.GetValueOrDefault(key) == closing)
                _closing.Remove(key);
        }
    }

    private void Keep(Key key, DialectSession session, bool saidGoodbye)
    {
        var now = services.Time.GetUtcNow();
        if (!saidGoodbye)
            session.Known.Doubt(now - HubSetup.ClientTimeout);
        _left.Remove(key);
        var seen = session.Connection.Seen.Open;
        // Nothing to come back to; the place is for those who have.
        if (seen.Count == 0 && session.Known.IsEmpty)
            return;
        while (_left.Count > 0 && (_left.Count >= MostLeft || _left.GetAt(0).Value.At + LeftFor < now))
            _left.RemoveAt(0);
        _left.Add(key, new Left(session.Known, seen, now));
    }

    private readonly record struct Key(string Dialect, string UserId, string DeviceId);

    private sealed record Left(KnownCalls Known, IReadOnlyDictionary<string, long> Seen, DateTimeOffset At);
}
