using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A Socket.IO client written out by hand, which can do what no real one does at will: keep its socket and say nothing
/// any more, as a phone in a tunnel.
/// </summary>
public sealed class WirePhone : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<(string Name, JsonNode Payload)> _told = Channel.CreateUnbounded<(string, JsonNode)>();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _silent;

    /// <summary>Completes when the server has let it go.</summary>
    public Task Closed => _closed.Task.WaitAsync(Until.Patience);

    /// <summary>Connects, as the device if one is named.</summary>
    public static async Task<WirePhone> Connect(Service service, string token, string? device = null, string dialect = "000")
    {
        var phone = new WirePhone();
        await phone._socket.ConnectAsync(
            new Uri($"ws://{service.Address.Authority}/socket.io/?EIO=4&transport=websocket"), CancellationToken.None);
        _ = phone.Read();
        await phone.Send("40" + JsonSerializer.Serialize(new { token, deviceId = device, dialect }));
        await phone._connected.Task.WaitAsync(Until.Patience);
        return phone;
    }

    public Task Emit(string name, object payload) => Send("42" + JsonSerializer.Serialize(new[] { name, payload }));

    /// <summary>From now on it answers no ping.</summary>
    public void FallSilent() => _silent = true;

    /// <summary>The next event of this name; others on the way are dropped.</summary>
    public async Task<JsonNode> Hears(string name)
    {
        using var patience = new CancellationTokenSource(Until.Patience);
        while (true)
        {
            var (heard, payload) = await _told.Reader.ReadAsync(patience.Token);
            if (heard == name)
                return payload;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Send(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task Read()
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await _socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } part)
            {
                var message = Encoding.UTF8.GetString(buffer, 0, part.Count);
                if (message == "2" && !_silent)
                    await Send("3");
                else if (message.StartsWith("40", StringComparison.Ordinal))
                    _connected.TrySetResult();
                else if (message.StartsWith("42", StringComparison.Ordinal) && JsonNode.Parse(message[2..]) is JsonArray packet)
                    _told.Writer.TryWrite(((string)packet[0]!, packet[1]!));
            }
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Let go without a word.
        }

        _closed.TrySetResult();
    }
}
