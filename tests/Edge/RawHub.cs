using System.Net.WebSockets;

namespace OrleansCalls.Tests.Edge;

/// <summary>A socket at the hub that has shaken hands, for frames that no client of Microsoft's sends.</summary>
public sealed class RawHub : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();

    public static async Task<RawHub> Connect(Uri address, string token, string deviceId)
    {
        var hub = new RawHub();
        using var patience = new CancellationTokenSource(Patience);
        await hub._socket.ConnectAsync(
            new UriBuilder(HubClient.UrlOf(address, token, deviceId)) { Scheme = "ws" }.Uri, patience.Token);
        await hub.Send("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray());
        return hub;
    }

    public Task Send(byte[] frame) =>
        _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Reads until the server ends the connection, with a word or without.</summary>
    public async Task Closed()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
                patience.Token.ThrowIfCancellationRequested();
        }
        catch (WebSocketException)
        {
            // Without a word.
        }
    }

    public void Dispose() => _socket.Dispose();
}
