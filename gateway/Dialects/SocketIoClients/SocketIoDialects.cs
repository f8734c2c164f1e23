using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>
/// All dialects over Socket.IO as one: each line has its own. A client whose dialect is not known yet is told things in each of those
/// that it may speak (<c>Dialects__SocketIo</c>): their events have different names, and it listens to its own.
/// </summary>
public sealed class SocketIoSpeech : IDialect
{
    /// <summary>What devices that speak over Socket.IO are counted as.</summary>
    public const string SpeechName = "socketio";

    private static readonly DialectMessages All = new(
        [], [new("error", "What the client sent was refused, and its language is not known yet", "code: code, message: text")]);

    private readonly DialectSessions _sessions;
    private readonly ImmutableArray<ISocketIoDialect> _spoken;
    private readonly ImmutableArray<ISocketIoDialect> _assumed;

    /// <summary>Those of <paramref name="dialects"/> that are not switched off.</summary>
    public SocketIoSpeech(IEnumerable<ISocketIoDialect> dialects, DialectOptions options, DialectSessions sessions)
    {
        _sessions = sessions;
        _spoken = [.. dialects.Where(dialect => options.Has(dialect.Name))];
        _assumed = [.. _spoken.Where(dialect => options.SocketIo.Contains(dialect.Name))];
    }

    /// <inheritdoc/>
    public string Name => SpeechName;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <summary>Their names.</summary>
    public IEnumerable<string> Spoken => _spoken.Select(dialect => dialect.Name);

    /// <summary>A dialect by its name or number; null if there is none, or it is switched off.</summary>
    public ISocketIoDialect? Find(string name)
    {
        var known = DialectNames.Read(name);
        return _spoken.FirstOrDefault(dialect => dialect.Name == known);
    }

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => Whose(name)?.CallIdOf(name, body);

    /// <summary>A client has used an event: if only one dialect has it, that is the client's.</summary>
    public void Heard(SocketIoLine line, string name)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Dialect is null && Whose(name) is { } dialect)
            line.Speak(dialect, wasAssumed: _assumed.Contains(dialect));
    }

    /// <inheritdoc/>
    public async Task Receive(DialectSession session, DialectLine line, string name, JsonElement body)
    {
        var own = (SocketIoLine)line;
        if (own.Dialect is not { } dialect || !dialect.Knows(name))
            throw CallException.Invalid($"There is no event {DialectFields.Shown(name)}.");
        await dialect.Receive(session, line, name, body);
        if (!own.TakeToBeShown())
            return;
        own.ForgetAll();
        await _sessions.Show(session, own);
    }

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectLine line)
    {
        foreach (var dialect in _spoken.Where(dialect => Hears(line, dialect)))
            dialect.Opened(session, line);
    }

    /// <inheritdoc/>
    public async Task Tell(DialectAudience to, ClientEvent what)
    {
        // An app's own events belong to no dialect: whoever listens for one hears it.
        if (what is NotificationReceived)
        {
            if (_spoken.FirstOrDefault(dialect => dialect.TellsNotices) is { } teller)
                await teller.Tell(to, what);
            return;
        }

        foreach (var (dialect, audience) in Audiences(to))
            await dialect.Tell(audience, what);
    }

    /// <inheritdoc/>
    public async Task TellPresence(DialectAudience to, Presence presence)
    {
        foreach (var (dialect, audience) in Audiences(to))
            await dialect.TellPresence(audience, presence);
    }

    /// <inheritdoc/>
    public void Refuse(DialectLine line, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(error);
        if (((SocketIoLine)line).Dialect is { } dialect)
            dialect.Refuse(line, callId, error);
        else
            line.Emit("error", DialectFields.Error(error));
    }

    /// <inheritdoc/>
    public bool Rings(string name) => Whose(name)?.Rings(name) ?? false;

    /// <inheritdoc/>
    public void TellOver(DialectLine line, string name, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (((SocketIoLine)line).Dialect is IDialect dialect)
            dialect.TellOver(line, name, callId, error);
    }

    private ISocketIoDialect? Whose(string name) => _spoken.FirstOrDefault(dialect => dialect.Knows(name));

    private IEnumerable<(ISocketIoDialect Dialect, DialectAudience To)> Audiences(DialectAudience to) =>
        from dialect in _spoken
        let audience = to.Where(line => Hears(line, dialect))
        where !audience.Lines.IsEmpty
        select (dialect, audience);

    private bool Hears(DialectLine line, ISocketIoDialect dialect) =>
        ((SocketIoLine)line).Dialect is { } own ? own == dialect : _assumed.Contains(dialect);
}
