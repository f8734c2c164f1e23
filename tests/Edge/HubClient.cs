using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Edge;

/// <summary>SignalR's JSON protocol over a raw WebSocket, written out as far as the tests speak it.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const byte RecordSeparator = 0x1e;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket;
    private readonly Channel<(string Target, JsonNode Payload)> _told = Channel.CreateUnbounded<(string, JsonNode)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> _calls = new();
    private readonly TaskCompletionSource<JsonNode?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1);
    private int _lastId;

    private HubClient(ClientWebSocket socket) => _socket = socket;

    /// <summary>Completes when the server closes, with the close message if it sent one.</summary>
    public Task<JsonNode?> Closed => _closed.Task.WaitAsync(Patience);

    public static async Task<HubClient> Connect(Uri address, string? token, string deviceId, string? query = null)
    {
        var socket = new ClientWebSocket();
        var url = new UriBuilder(address)
        {
            Scheme = "ws",
            Path = "/hubs/calls",
            Query = $"deviceId={Uri.EscapeDataString(deviceId)}&platform=test{(token is null ? "" : $"&access_token={token}")}{query}",
        };
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(url.Uri, patience.Token);
        var client = new HubClient(socket);
        await client.SendText("""{"protocol":"json","version":1}""");
        _ = client.Read();
        return client;
    }

    /// <summary>Calls a hub method and waits for its result.</summary>
    /// <exception cref="HubException">The method was refused.</exception>
    public async Task<JsonNode?> Call(string method, object? argument = null)
    {
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var answer = _calls[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendText(new JsonObject
        {
            ["type"] = 1,
            ["invocationId"] = id,
            ["target"] = method,
            ["arguments"] = argument is null ? [] : new JsonArray(System.Text.Json.JsonSerializer.SerializeToNode(argument)),
        }.ToJsonString());
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>What the server says of a method it refuses.</summary>
    public async Task<string> Refused(string method, object? argument = null) =>
        (await Assert.ThrowsAsync<HubException>(() => Call(method, argument))).Message;

    /// <summary>The next event of this name; others on the way are dropped.</summary>
    public async Task<JsonNode> Hears(string target, string? callId = null)
    {
        var passed = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var (name, payload) = await _told.Reader.ReadAsync(patience.Token);
                if (name == target && (callId is null || (string?)payload["callId"] == callId))
                    return payload;
                passed.Add(name);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"Never heard {target}, only: {string.Join(", ", passed)}.");
        }
    }

    /// <summary>All events until the connection ends.</summary>
    public IAsyncEnumerable<(string Target, JsonNode Payload)> All() => _told.Reader.ReadAllAsync();

    /// <summary>Names of the events that have come so far and nobody asked for.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = new List<string>();
        while (_told.Reader.TryRead(out var told))
            rest.Add(told.Target);
        return rest;
    }

    public Task SendText(string text) => SendBytes([.. Encoding.UTF8.GetBytes(text), RecordSeparator]);

    public async Task SendBytes(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
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

    private async Task Read()
    {
        JsonNode? close = null;
        try
        {
            var buffer = new byte[8 * 1024];
            var filled = 0;
            while (true)
            {
                if (filled == buffer.Length)
                    Array.Resize(ref buffer, filled * 2);
                var received = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                filled += received.Count;
                int end;
                while ((end = Array.IndexOf(buffer, RecordSeparator, 0, filled)) >= 0)
                {
                    var message = JsonNode.Parse(buffer.AsSpan(0, end))!;
                    Buffer.BlockCopy(buffer, end + 1, buffer, 0, filled -= end + 1);
                    if ((int?)message["type"] == 7)
                        close = message;
                    Take(message);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by either side without a word, which is one of the ways to be closed.
        }
        finally
        {
            _told.Writer.TryComplete();
            _closed.TrySetResult(close);
            foreach (var call in _calls.Values)
                call.TrySetException(new HubException("closed"));
        }
    }

    private void Take(JsonNode message)
    {
        switch ((int?)message["type"])
        {
            case 1:
                _told.Writer.TryWrite(((string)message["target"]!, message["arguments"]!.AsArray()[0]!));
                break;
            case 3 when _calls.TryRemove((string)message["invocationId"]!, out var call):
                if (message["error"] is { } error)
                    call.TrySetException(new HubException((string)error!));
                else
                    call.TrySetResult(message["result"]);
                break;
        }
    }
}

/// <summary>A hub method was refused.</summary>
public sealed class HubException(string message) : Exception(message);
