using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>
/// The events of a Stasis application over a WebSocket. Asterisk sends them only to an application's newest socket.
/// </summary>
public sealed class AriEvents : IDisposable
{
    private const int LongestMessage = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket;

    private AriEvents(ClientWebSocket socket) => _socket = socket;

    /// <summary>Connects; from then on channels may enter the application.</summary>
    /// <exception cref="AriException">The connection failed.</exception>
    public static async Task<AriEvents> Connect(AriOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var address = new UriBuilder(new Uri(options.Url, "events"))
        {
            Scheme = options.Url.Scheme == "https" ? "wss" : "ws", Query = $"app={Uri.EscapeDataString(options.App)}",
        };
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", AriClient.Basic(options).ToString());
        socket.Options.KeepAliveInterval = KeepAlive;
        socket.Options.KeepAliveTimeout = KeepAlive;
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await socket.ConnectAsync(address.Uri, either.Token);
            return new AriEvents(socket);
        }
        catch (Exception failed) when (failed is WebSocketException or HttpRequestException or IOException
            || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            socket.Dispose();
            throw new AriException("Asterisk's events cannot be had.", failed);
        }
    }

    /// <summary>Reads events until the socket closes. Messages that are not events are skipped.</summary>
    public async IAsyncEnumerable<AriEvent> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        var filled = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await _socket.ReceiveAsync(buffer.AsMemory(filled), cancellation);
            }
            catch (Exception lost) when (lost is WebSocketException or IOException or ObjectDisposedException)
            {
                yield break;
            }

            if (received.MessageType == WebSocketMessageType.Close)
                yield break;
            filled += received.Count;
            if (received.EndOfMessage)
            {
                if (Parse(buffer.AsSpan(0, filled)) is { } read)
                    yield return read;
                filled = 0;
            }
            else if (filled == buffer.Length)
            {
                if (filled >= LongestMessage)
                    yield break;
                Array.Resize(ref buffer, filled * 2);
            }
        }
    }

    /// <summary>Closes without a close frame; Asterisk handles a dropped socket the same way.</summary>
    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    /// <summary>Parses an event; null if it is malformed.</summary>
    internal static AriEvent? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AriJson.Default.AriEvent) is { Type: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
