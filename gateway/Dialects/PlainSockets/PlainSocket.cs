using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>
/// A plain WebSocket: each text message is one JSON object, whose <c>type</c> says what it is. One writer with a bounded queue, one
/// reader with a size limit; pings are the framework's.
/// </summary>
public sealed class PlainLine : DialectLine, IDisposable
{
    private const int MessageBytes = 128 * 1024;
    private const int StrangerBytes = 8 * 1024;
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly TimeProvider _time;
    private readonly MessageReader _reader;
    private readonly PulseStream _pulse;
    private readonly Channel<(byte[] Frame, TaskCompletionSource? Taken)> _queue;
    private readonly CancellationTokenSource _closed = new();
    private (WebSocketCloseStatus Status, string Reason)? _end;
    private IDisposable? _expiry;
    private volatile bool _saidGoodbye;

    internal PlainLine(WebSocket socket, PulseStream pulse, int queueLength, TimeProvider time)
    {
        _socket = socket;
        _pulse = pulse;
        _time = time;
        _reader = new MessageReader(socket, StrangerBytes);
        _queue = Channel.CreateBounded<(byte[], TaskCompletionSource?)>(new BoundedChannelOptions(queueLength) { SingleReader = true });
        Closed = _closed.Token;
    }

    /// <inheritdoc/>
    public override CancellationToken Closed { get; }

    /// <inheritdoc/>
    public override bool SaidGoodbye => _saidGoodbye;

    /// <inheritdoc/>
    public override void Close(LineEnd why, string? detail = null)
    {
        var (status, reason) = CloseCodes.Of(why);
        lock (_queue)
            _end ??= (status, CloseCodes.Fit(detail ?? reason));
        _queue.Writer.TryComplete();
    }

    /// <summary>The client's token is checked: its next message may be as large as any.</summary>
    internal void Trust() => _reader.Most = MessageBytes;

    /// <inheritdoc/>
    public override void Drop()
    {
        _queue.Writer.TryComplete();
        _ = _closed.CancelAsync();
    }

    /// <summary>Closes it when its token, if it has one that does, expires.</summary>
    public void CloseAt(DateTimeOffset? expiry) => _expiry ??= TokenExpiry.Watch(this, expiry, _time);

    /// <summary>Carries messages both ways until the socket is closed, whoever closes it.</summary>
    /// <param name="receive">What to do with a message. Awaited before the next one is read.</param>
    /// <param name="malformed">What to say to one that is not a JSON object with a <c>type</c>.</param>
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
            // The client went without a word, or took too long to.
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
    protected override bool Write(string name, JsonObject payload) => Enqueue(PlainMessage.Write(name, payload), taken: null);

    /// <inheritdoc/>
    protected override async Task WhenTaken()
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Enqueue([], taken))
            throw new OperationCanceledException("The line is over.");
        await taken.Task.WaitAsync(Closed);
    }

    private bool Enqueue(byte[] frame, TaskCompletionSource? taken)
    {
        if (_queue.Writer.TryWrite((frame, taken)))
            return true;
        Close(LineEnd.TooSlow);
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
                    malformed(new CallError { Code = CallErrorCode.InvalidArgument, Detail = "A message is a JSON object with a type." });
                    break;
                case Incoming.Close:
                    _saidGoodbye = true;
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
            await foreach (var (frame, taken) in _queue.Reader.ReadAllAsync(Closed))
            {
                using var patience = new CancellationTokenSource(SendTime, _time);
                if (taken is null)
                    await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
                else
                    await _pulse.Ask(taken, patience.Token);
            }

            (WebSocketCloseStatus Status, string Reason)? end;
            lock (_queue)
                end = _end;
            using var closing = new CancellationTokenSource(CloseTime, _time);
            var (status, reason) = end ?? (WebSocketCloseStatus.NormalClosure, "");
            await _socket.CloseOutputAsync(status, reason, closing.Token);
            // The reader ends with the client's answer; a client that gives none is not waited for.
            _closed.CancelAfter(CloseTime);
        }
        catch (Exception exception) when (
            exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            _socket.Abort();
        }
    }
}
