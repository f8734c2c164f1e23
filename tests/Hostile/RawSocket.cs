using System.Net.WebSockets;
using System.Text;

namespace OrleansCalls.Tests.Hostile;

/// <summary>A WebSocket of which every message is the test's: Socket.IO's packets, plain JSON, or neither.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();

    public static async Task<RawSocket> Open(Uri address, string path)
    {
        var socket = new RawSocket();
        using var patience = new CancellationTokenSource(Patience);
        await socket._socket.ConnectAsync(new Uri($"ws://{address.Authority}/{path}"), patience.Token);
        return socket;
    }

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task Send(byte[] bytes, WebSocketMessageType type)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, type, endOfMessage: true, patience.Token);
    }

    /// <summary>Reads until a message is the one.</summary>
    public async Task<string> Until(Func<string, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await Next(patience.Token) is { } text)
            if (isIt(text))
                return text;
        throw new WebSocketException("The server has closed.");
    }

    /// <summary>Reads to the end and answers its close frame.</summary>
    /// <returns>The last message, if there was one, and the status of the frame; null if the socket was cut.</returns>
    public async Task<(string? Last, WebSocketCloseStatus? Status)> Farewell()
    {
        string? last = null;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await Next(patience.Token) is { } text)
                last = text;
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
        }
        catch (WebSocketException)
        {
            // Cut.
        }

        return (last, _socket.CloseStatus);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string?> Next(CancellationToken patience)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4_096];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, patience);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.AddRange(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString([.. bytes]);
        }
    }
}
