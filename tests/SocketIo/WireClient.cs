using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>A client over a WebSocket, each message as the test says.</summary>
public sealed class WireClient(ClientWebSocket socket) : IDisposable
{
    public const string Base = "?EIO=4&transport=websocket";

    private readonly byte[] _buffer = new byte[2_000_000];

    public ClientWebSocket Socket => socket;

    public string Sid { get; private set; } = "";

    /// <summary>A session that is not connected yet.</summary>
    public static async Task<WireClient> Open(TestServer server)
    {
        var client = new WireClient(await server.Open(Base));
        var open = await client.Next();
        Assert.Equal('0', open[0]);
        client.Sid = JsonElement.Parse(open.AsSpan(1)).GetProperty("sid").GetString()!;
        return client;
    }

    public static async Task<WireClient> Connect(TestServer server, string token = "good")
    {
        var client = await Open(server);
        await client.Send($$"""40{"token":"{{token}}"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        return client;
    }

    public Task Send(string message) => Send(Encoding.UTF8.GetBytes(message));

    public Task Send(byte[] message, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message; null for a close frame.</summary>
    public async Task<string?> NextOrClose()
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(_buffer, 0, length);
        }
    }

    public async Task<string> Next() => (await NextOrClose())!;

    /// <summary>All messages until the close frame, and what that says.</summary>
    public async Task<(string Messages, WebSocketCloseStatus? Status)> Rest()
    {
        List<string> messages = [];
        while (await NextOrClose() is { } message)
            messages.Add(message);
        var status = socket.CloseStatus;
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return (string.Join(' ', messages), status);
    }

    /// <summary>Waits until the connection is gone, without a close frame.</summary>
    public async Task AssertCut()
    {
        await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (await NextOrClose() is not null)
            {
            }
        });
    }

    /// <summary>Whether the session still does what it should.</summary>
    public async Task AssertWorks()
    {
        await Send("""421["echo","still"]""");
        Assert.Equal("""431["still"]""", await Next());
    }

    public void Dispose() => socket.Dispose();
}
