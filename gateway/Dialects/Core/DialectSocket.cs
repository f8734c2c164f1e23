using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// One socket of a dialect's client, whatever carries it. A device may have several (a page that opens one socket for notices and one
/// for a chat): they are one connection of one device, a <see cref="DialectSession"/>.
/// </summary>
public abstract class DialectLine
{
    private const int MostHeld = 256;

    private readonly Lock _lock = new();
    private readonly ToldSet _told = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(string Name, JsonObject Payload)>? _held = [];

    /// <summary>Fires when it is over.</summary>
    public abstract CancellationToken Closed { get; }

    /// <summary>
    /// Whether its client took part in closing it, and so has heard what was sent before. A socket whose client was in a tunnel has
    /// taken words that nobody heard.
    /// </summary>
    public abstract bool SaidGoodbye { get; }

    /// <summary>Whatever the dialect wants to keep with it, such as what it was opened for.</summary>
    public object? Purpose { get; init; }

    /// <summary>Whether it has been greeted. What is emitted before waits for that.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _held is null;
        }
    }

    /// <summary>Sends something. False: it is closed, or is being closed because its client does not keep up.</summary>
    public bool Emit(string name, JsonObject payload)
    {
        lock (_lock)
        {
            if (_held is null)
                return Write(name, payload);
            if (_held.Count < MostHeld)
            {
                _held.Add((name, payload));
                return true;
            }
        }

        Close(LineEnd.TooSlow);
        return false;
    }

    /// <summary>Sends something ahead of all that waits: a greeting, or why there will be none.</summary>
    public bool EmitNow(string name, JsonObject payload)
    {
        lock (_lock)
            return Write(name, payload);
    }

    /// <summary>Closes it, once what is queued is said.</summary>
    public abstract void Close(LineEnd why, string? detail = null);

    /// <summary>Closes it without waiting for its client, who gives no sign of life.</summary>
    public abstract void Drop();

    /// <summary>Whether its client has been told where it stands, and hears what happens from then on.</summary>
    internal bool IsOpened => _opened.Task.IsCompleted;

    /// <summary>
    /// True once the client's program has shown that it has taken what was emitted before; false if the line is over first. That the
    /// transport has taken it says little: a phone in a tunnel has a socket for as long as nobody misses it.
    /// </summary>
    public async Task<bool> IsTaken()
    {
        try
        {
            await _opened.Task.WaitAsync(Closed);
            await WhenTaken();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Completes with a sign of life that the client gave after all that was sent to it; canceled when it is closed.</summary>
    protected abstract Task WhenTaken();

    /// <summary>Puts it into the transport's bounded queue.</summary>
    protected abstract bool Write(string name, JsonObject payload);

    /// <summary>Lets what has waited go out.</summary>
    internal void Open()
    {
        lock (_lock)
        {
            var held = _held ?? [];
            _held = null;
            foreach (var (name, payload) in held)
                Write(name, payload);
        }

        _opened.TrySetResult();
    }

    /// <summary>Whether it has not been told of this yet, such as that a call rings; from now on it has.</summary>
    internal bool Take(Told what)
    {
        lock (_lock)
            return _told.Take(what);
    }

    /// <summary>Whether it has been told of this.</summary>
    internal bool Has(Told what)
    {
        lock (_lock)
            return _told.Has(what);
    }

    /// <summary>It may be told of everything again.</summary>
    internal void ForgetAll()
    {
        lock (_lock)
            _told.Clear();
    }

    /// <summary>It may be told of these again.</summary>
    internal void Forget(params ReadOnlySpan<Told> what)
    {
        lock (_lock)
        {
            foreach (var one in what)
                _told.Forget(one);
        }
    }
}

/// <summary>Why a line is closed by us. Each transport has its own way to say it.</summary>
public enum LineEnd
{
    /// <summary>This server is going away; connect again.</summary>
    GoingAway,

    /// <summary>It does not take what is sent to it; connect again.</summary>
    TooSlow,

    /// <summary>The service could not be reached; connect again.</summary>
    Unavailable,

    /// <summary>Its token has expired, or none came; connect again with another.</summary>
    Unauthenticated,

    /// <summary>Not with this token.</summary>
    Forbidden,

    /// <summary>Another connection of the device has taken over, or the user has too many; stay away.</summary>
    Displaced,

    /// <summary>It sent what it must not.</summary>
    BadMessage,
}
