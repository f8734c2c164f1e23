using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// One socket of a dialect's client, over any transport. A device may have several (a page with one socket for notifications
/// and one for a chat), which together are one connection, a <see cref="DialectSession"/>.
/// </summary>
public abstract class DialectSocket
{
    private const int MostHeld = 256;

    private readonly Lock _lock = new();
    private readonly DedupSet _delivered = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(string Name, JsonObject Payload)>? _held = [];

    /// <summary>Fires when the socket is closed.</summary>
    public abstract CancellationToken Closed { get; }

    /// <summary>
    /// Whether the client closed the socket itself, and so received what was sent before. A socket whose client lost its
    /// network may have accepted messages that were never received.
    /// </summary>
    public abstract bool ClosedByClient { get; }

    /// <summary>State of the dialect, such as what the socket was opened for.</summary>
    public object? Purpose { get; init; }

    /// <summary>Whether the greeting has been sent. Earlier messages are queued until then.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _held is null;
        }
    }

    /// <summary>Emits a message. Returns false if the socket is closed, or was just closed because its queue is full.</summary>
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

        Close(CloseReason.TooSlow);
        return false;
    }

    /// <summary>Emits a message before all queued ones: a greeting, or an error in its place.</summary>
    public bool EmitNow(string name, JsonObject payload)
    {
        lock (_lock)
            return Write(name, payload);
    }

    /// <summary>Closes the socket after the queued messages.</summary>
    public abstract void Close(CloseReason why, string? detail = null);

    /// <summary>Closes the socket without waiting for a client that does not respond.</summary>
    public abstract void Drop();

    /// <summary>Whether the client has received the state of its calls and receives events from then on.</summary>
    internal bool IsOpened => _opened.Task.IsCompleted;

    /// <summary>
    /// Returns true once the client has acknowledged the messages emitted so far; false if the socket closes first. Acceptance
    /// by the transport proves little: a phone without network keeps its socket until a timeout.
    /// </summary>
    public async Task<bool> IsAcknowledged()
    {
        try
        {
            await _opened.Task.WaitAsync(Closed);
            await WhenAcknowledged();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// Completes when the client responds to a probe sent behind all messages; cancelled when the socket closes.
    /// </summary>
    protected abstract Task WhenAcknowledged();

    /// <summary>Writes a message to the transport's bounded queue.</summary>
    protected abstract bool Write(string name, JsonObject payload);

    /// <summary>Sends the queued messages, and opens the socket for further ones.</summary>
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

    /// <summary>Records a key, such as the ring of a call. Returns false if it was delivered over this socket before.</summary>
    internal bool Take(DedupKey what)
    {
        lock (_lock)
            return _delivered.Take(what);
    }

    /// <summary>Returns true if the key was delivered over this socket.</summary>
    internal bool Has(DedupKey what)
    {
        lock (_lock)
            return _delivered.Has(what);
    }

    /// <summary>Forgets all keys, so that everything may be sent again.</summary>
    internal void ForgetAll()
    {
        lock (_lock)
            _delivered.Clear();
    }

    /// <summary>Forgets these keys, so that they may be sent again.</summary>
    internal void Forget(params ReadOnlySpan<DedupKey> what)
    {
        lock (_lock)
        {
            foreach (var one in what)
                _delivered.Forget(one);
        }
    }
}

/// <summary>Why the server closes a socket. Each transport has its own encoding.</summary>
public enum CloseReason
{
    /// <summary>The server is shutting down; the client should reconnect.</summary>
    GoingAway,

    /// <summary>The client does not read its messages; it should reconnect.</summary>
    TooSlow,

    /// <summary>A component is unavailable; the client should reconnect.</summary>
    Unavailable,

    /// <summary>The token is missing or has expired; the client should reconnect with another.</summary>
    Unauthenticated,

    /// <summary>The token does not permit this.</summary>
    Forbidden,

    /// <summary>
    /// Replaced by another connection of the device, or the user has too many; the client must not reconnect.
    /// </summary>
    Displaced,

    /// <summary>The client violated the protocol.</summary>
    BadMessage,
}
