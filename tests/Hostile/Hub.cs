using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>A hub connection of which every byte is the test's.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();
    private readonly List<byte> _read = [];
    private readonly List<JsonNode> _passed = [];

    public static async Task<Hub> Open(Uri address, string token, string device = "d")
    {
        var hub = new Hub();
        using var patience = new CancellationTokenSource(Patience);
        await hub._socket.ConnectAsync(
            new Uri($"ws://{address.Authority}/hubs/calls?deviceId={device}&access_token={token}"), patience.Token);
        return hub;
    }

    public static async Task<Hub> Connect(Uri address, string token, string device = "d")
    {
        var hub = await Open(address, token, device);
        await hub.Send("""{"protocol":"json","version":1}""");
        await hub.Until(message => (string?)message["target"] == "OpenCalls");
        return hub;
    }

    public Task Send(string frame) => SendBytes([.. Encoding.UTF8.GetBytes(frame), 0x1e]);

    public async Task SendBytes(byte[] bytes, bool end = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, WebSocketMessageType.Text, end, patience.Token);
    }

    public Task Invoke(string id, string target, string argument) =>
        Send($$"""{"type":1,"invocationId":"{{id}}","target":"{{target}}","arguments":[{{argument}}]}""");

    /// <summary>The error of an invocation; null when it has succeeded.</summary>
    public async Task<string?> Outcome(string id) =>
        (string?)(await Until(message => (int?)message["type"] == 3 && (string?)message["invocationId"] == id))["error"];

    /// <summary>
    /// Reads until a message is the one; those before it are kept for a later look, since invocations end in any order.
    /// </summary>
    public async Task<JsonNode> Until(Func<JsonNode, bool> isIt)
    {
        if (_passed.FindIndex(message => isIt(message)) is >= 0 and var at)
        {
            var found = _passed[at];
            _passed.RemoveAt(at);
            return found;
        }

        // One bound for all of it: the server's pings would begin a bound for each message anew.
        using var patience = new CancellationTokenSource(Patience);
        while (await Next(patience.Token) is { } message)
        {
            if (isIt(message))
                return message;
            _passed.Add(message);
        }

        throw new WebSocketException("The server has closed.");
    }

    /// <summary>Reads until the server closes, with or without a close message.</summary>
    public async Task Closed()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await Next(patience.Token) is not null)
            {
            }
        }
        catch (WebSocketException)
        {
            // Without a handshake of closing: closed all the same.
        }
    }

    /// <summary>Reads to the end and answers its close frame.</summary>
    /// <returns>SignalR's close message and the status of the frame; null for what did not come.</returns>
    public async Task<(JsonNode? Message, WebSocketCloseStatus? Status)> Farewell()
    {
        JsonNode? last = null;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await Next(patience.Token) is { } message)
                last = (int?)message["type"] == 7 ? message : last;
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
        }
        catch (WebSocketException)
        {
            // Cut.
        }

        return (last, _socket.CloseStatus);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonNode?> Next(CancellationToken patience)
    {
        var buffer = new byte[16 * 1024];
        int end;
        while ((end = _read.IndexOf(0x1e)) < 0)
        {
            var part = await _socket.ReceiveAsync(buffer, patience);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            _read.AddRange(buffer.AsSpan(0, part.Count));
        }

        var text = Encoding.UTF8.GetString([.. _read.Take(end)]);
        _read.RemoveRange(0, end + 1);
        return JsonNode.Parse(text);
    }
}
