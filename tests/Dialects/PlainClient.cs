using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Dialects;

/// <summary>A plain WebSocket with JSON objects that have a <c>type</c>, as the clients of 001 and 003 open it.</summary>
public sealed class PlainClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket;
    private readonly Channel<JsonNode> _told = Channel.CreateUnbounded<JsonNode>();
    private readonly TaskCompletionSource<(int Code, string? Reason)> _closed = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1);

    private PlainClient(ClientWebSocket socket) => _socket = socket;

    /// <summary>How the server closed: code and words; 1006 when it closed without any.</summary>
    public Task<(int Code, string? Reason)> Closed => _closed.Task.WaitAsync(Patience);

    public string? Protocol => _socket.SubProtocol;

    /// <summary>
    /// Connects; <paramref name="program"/> becomes the User-Agent: other programs are other devices. <paramref name="from"/> is
    /// one of this machine's own addresses.
    /// </summary>
    public static async Task<PlainClient> Connect(
        Uri address, string path, string? program = null, Action<ClientWebSocketOptions>? options = null, IPAddress? from = null)
    {
        var socket = new ClientWebSocket();
        if (program is not null)
            socket.Options.SetRequestHeader("User-Agent", program);
        options?.Invoke(socket.Options);
        using var patience = new CancellationTokenSource(Patience);
        using var network = from is null ? null : new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                connection.Bind(new IPEndPoint(from, 0));
                await connection.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        await socket.ConnectAsync(new Uri(new UriBuilder(address) { Scheme = "ws" }.Uri, path), network, patience.Token);
        var client = new PlainClient(socket);
        _ = client.Read();
        return client;
    }

    public Task Send(object message) => SendText(JsonSerializer.Serialize(message));

    public Task SendText(string text) => SendBytes(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendBytes(byte[] bytes, WebSocketMessageType type)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message of this type; others on the way are dropped.</summary>
    public async Task<JsonNode> Hears(string type, string? callId = null)
    {
        var passed = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var message = await _told.Reader.ReadAsync(patience.Token);
                if ((string?)message["type"] == type && (callId is null || CallId(message) == callId))
                    return message;
                passed.Add(message.ToJsonString());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"Never heard {type}, only: {string.Join(", ", passed)}.");
        }
    }

    /// <summary>Waits for a message about a call; the types of those before it.</summary>
    public async Task<IReadOnlyList<string>> HeardUntil(string type, string callId)
    {
        var heard = new List<string>();
        while (await HearsNext() is var message && ((string?)message["type"] != type || CallId(message) != callId))
            heard.Add((string)message["type"]!);
        return heard;
    }

    /// <summary>The next message, whatever it is.</summary>
    public async Task<JsonNode> HearsNext()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _told.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Types of the messages that have come so far and nobody asked for.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = new List<string>();
        while (_told.Reader.TryRead(out var message))
            rest.Add((string)message["type"]!);
        return rest;
    }

    /// <summary>Goes away as a phone in a tunnel does: without a word.</summary>
    public void Vanish() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        _sending.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? CallId(JsonNode message) => (string?)(message["call_id"] ?? message["callId"]);

    private async Task Read()
    {
        var end = (1006, (string?)null);
        try
        {
            var buffer = new byte[256 * 1024];
            while (true)
            {
                if (await _socket.ReceiveWhole(buffer) is not { } length)
                    break;
                _told.Writer.TryWrite(JsonNode.Parse(buffer.AsSpan(0, length))!);
            }

            end = ((int)_socket.CloseStatus!, _socket.CloseStatusDescription);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed without a word, which is one of the ways to be closed.
        }
        finally
        {
            _told.Writer.TryComplete();
            _closed.TrySetResult(end);
        }
    }
}
