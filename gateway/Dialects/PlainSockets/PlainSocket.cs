using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>
/// A plain WebSocket: each text message is a JSON object whose <c>type</c> is the message's name. It has one writer with a
/// bounded queue and one reader with a size limit; the framework sends keep-alive pings.
/// </summary>
public sealed class PlainSocket : DialectSocket, IDisposable
{
    private const int MessageBytes = 128 * 1024;
    private const int UnregisteredBytes = 8 * 1024;
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly TimeProvider _time;
    private readonly WebSocketReader _reader;
    private readonly PingStream _pings;
    private readonly Channel<(byte[] Frame, TaskCompletionSource? OnDelivered)> _queue;
    private readonly CancellationTokenSource _closed = new();
    private (WebSocketCloseStatus Status, string Reason)? _end;
    private IDisposable? _expiry;
    private volatile bool _closedByClient;
    private volatile int _mostBytes = UnregisteredBytes;

    internal PlainSocket(WebSocket socket, PingStream pings, int queueLength, TimeProvider time)
    {
        _socket = socket;
        _pings = pings;
        _time = time;
        _reader = new WebSocketReader(socket, () => _mostBytes);
        _queue = Channel.CreateBounded<(byte[], TaskCompletionSource?)>(
            new BoundedChannelOptions(queueLength) { SingleReader = true });
        Closed = _closed.Token;
    }

    /// <inheritdoc/>
    public override CancellationToken Closed { get; }

    /// <inheritdoc/>
    public override bool ClosedByClient => _closedByClient;

    /// <inheritdoc/>
    public override void Close(CloseReason why, string? detail = null)
    {
        var (status, reason) = CloseCodes.Of(why);
        lock (_queue)
            _end ??= (status, CloseCodes.Fit(detail ?? reason));
        _queue.Writer.TryComplete();
    }

    /// <summary>Raises the message limit once the client's token has been verified.</summary>
    internal void Trust() => _mostBytes = MessageBytes;

    /// <inheritdoc/>
    public override void Drop()
    {
        _queue.Writer.TryComplete();
        _ = _closed.CancelAsync();
    }

    /// <summary>Closes the socket at the expiry of its token, if it has one.</summary>
    public void CloseAt(DateTimeOffset? expiry) => _expiry ??= TokenExpiry.Watch(this, expiry, _time);

    /// <summary>Sends and receives messages until the socket is closed by either side.</summary>
    /// <param name="receive">Handles a message. Awaited before the next one is read.</param>
    /// <param name="malformed">Handles a message that is not a JSON object with a <c>type</c>.</param>
    public async Task Run(Func<string, JsonElement, Task> receive, Action<CallError> malformed)
    {
        var writing = Write();
        try
        {
            await Read(receive, malformed);
            _queue.Writer.TryComplete();
            await writing;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The client disconnected without a close frame, or did not complete the close in time.
            _socket.Abort();
        }
        finally
        {
            _queue.Writer.TryComplete();
            await _closed.CancelAsync();
            await writing;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Dispose();
        _expiry?.Dispose();
        _socket.Dispose();
    }

    /// <inheritdoc/>
    protected override bool Write(string name, JsonObject payload) =>
        Enqueue(PlainMessage.Write(name, payload), onDelivered: null);

    /// <inheritdoc/>
    protected override async Task WhenAcknowledged()
    {
        var onDelivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Enqueue([], onDelivered))
            throw new OperationCanceledException("The socket is closed.");
        await onDelivered.Task.WaitAsync(Closed);
    }

    private bool Enqueue(byte[] frame, TaskCompletionSource? onDelivered)
    {
        if (_queue.Writer.TryWrite((frame, onDelivered)))
            return true;
        Close(CloseReason.TooSlow);
        return false;
    }

    private async Task Read(Func<string, JsonElement, Task> receive, Action<CallError> malformed)
    {
        while (true)
        {
            var message = await _reader.Read(Closed);
            switch (message.What)
            {
                case Incoming.Text when PlainMessage.Read(message.Bytes) is var (name, body):
                    await receive(name, body);
                    break;
                case Incoming.Text:
                    malformed(new CallError
                    {
                        Code = CallErrorCode.InvalidArgument, Detail = "A message is a JSON object with a type.",
                    });
                    break;
                case Incoming.Close:
                    _closedByClient = true;
                    return;
                default:
                    var (status, reason) = CloseCodes.Of(message.What);
                    lock (_queue)
                        _end ??= (status, reason);
                    _queue.Writer.TryComplete();
                    await _reader.Skip(Closed);
                    return;
            }
        }
    }

    private async Task Write()
    {
        try
        {
            await foreach (var (frame, onDelivered) in _queue.Reader.ReadAllAsync(Closed))
            {
                using var patience = new CancellationTokenSource(SendTime, _time);
                if (onDelivered is null)
                    await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
                else
                    await _pings.Ask(onDelivered, patience.Token);
            }

            (WebSocketCloseStatus Status, string Reason)? end;
            lock (_queue)
                end = _end;
            using var closing = new CancellationTokenSource(CloseTime, _time);
            var (status, reason) = end ?? (WebSocketCloseStatus.NormalClosure, "");
            await _socket.CloseOutputAsync(status, reason, closing.Token);
            // The reader ends with the client's close frame; a client that sends none is not waited for.
            _closed.CancelAfter(CloseTime);
        }
        catch (Exception exception) when (
            exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            _socket.Abort();
        }
    }
}
