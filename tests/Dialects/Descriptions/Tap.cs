using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Dialects.Descriptions;

/// <summary>A client over a bare WebSocket, all of whose frames, both ways, are held against the description.</summary>
internal abstract class Tap(SocketDescription description, string channel) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<(string Name, JsonNode? Payload)> _told = Channel.CreateUnbounded<(string, JsonNode?)>();

    /// <summary>The next message of this name; others on the way are dropped.</summary>
    public async Task<JsonNode> Hears(string name, string? callId = null)
    {
        var passed = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var (heard, payload) = await _told.Reader.ReadAsync(patience.Token);
                if (heard == name
                    && (callId is null
                        || (string?)(payload?["callId"] ?? payload?["call_id"] ?? payload?["channelId"]) == callId))
                    return payload ?? new JsonObject();
                passed.Add(heard);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"{channel} never heard {name}, only: {string.Join(", ", passed)}.");
        }
    }

    /// <summary>Sends a message of the language.</summary>
    public abstract Task Send(string name, object? payload = null);

    public virtual async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var patience = new CancellationTokenSource(Patience);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }

        _socket.Dispose();
    }

    protected async Task Open(Service service, string path, string? token = null)
    {
        if (token is not null)
            _socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        using var patience = new CancellationTokenSource(Patience);
        await _socket.ConnectAsync(new Uri($"ws://{service.Address.Authority}{path}"), patience.Token);
        _ = Read();
    }

    protected async Task Write(string frame)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Takes a text message apart, and answers what the transport wants answered.</summary>
    protected abstract Task Receive(string frame);

    /// <summary>A message has come.</summary>
    protected void Told(string message, string name, JsonNode? payload)
    {
        description.Take(channel, message, payload);
        _told.Writer.TryWrite((name, payload));
    }

    /// <summary>A message goes out.</summary>
    protected JsonNode? Sent(string message, object? payload)
    {
        var json = payload is null ? null : JsonSerializer.SerializeToNode(payload);
        description.Take(channel, message, json);
        return json;
    }

    private async Task Read()
    {
        var buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                if (await _socket.ReceiveWhole(buffer) is not { } length)
                    return;
                await Receive(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone.
        }
        finally
        {
            _told.Writer.TryComplete();
        }
    }
}

/// <summary>The hub.</summary>
internal sealed class HubTap : Tap
{
    private const char Separator = '\u001e';

    private readonly Dictionary<string, (string Method, TaskCompletionSource<(JsonNode? Result, string? Error)> Done)> _asked =
        [];
    private int _invocations;

    private HubTap(SocketDescription description)
        : base(description, "hub")
    {
    }

    public static async Task<HubTap> Connect(
        Service service, SocketDescription description, string userId, string device, string query = "")
    {
        var tap = new HubTap(description);
        await tap.Open(service, $"/hubs/calls?deviceId={device}{query}", Service.Token(userId));
        await tap.Write("{\"protocol\":\"json\",\"version\":1}\u001e");
        return tap;
    }

    public override async Task Send(string name, object? payload = null) => await Ask(name, payload);

    /// <summary>Calls a method. The result, or why it was refused.</summary>
    public async Task<(JsonNode? Result, string? Error)> Ask(string method, object? argument = null)
    {
        var id = $"{Interlocked.Increment(ref _invocations)}";
        var done = new TaskCompletionSource<(JsonNode?, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_asked)
            _asked.Add(id, (method, done));
        var json = Sent(method, argument);
        var frame = new JsonObject
        {
            ["type"] = 1, ["invocationId"] = id, ["target"] = method,
            ["arguments"] = json is null ? new JsonArray() : new JsonArray(json),
        };
        await Write(frame.ToJsonString() + Separator);
        return await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    protected override Task Receive(string frame)
    {
        foreach (var text in frame.Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            var message = JsonNode.Parse(text)!;
            switch ((int?)message["type"])
            {
                case 1:
                    Told(
                        (string)message["target"]!, (string)message["target"]!,
                        Assert.Single(message["arguments"]!.AsArray())?.DeepClone());
                    break;
                case 3:
                    Complete(message);
                    break;
                case null or 6 or 7:
                    // SignalR's own.
                    break;
                default:
                    Told(text, "unknown", message.DeepClone());
                    break;
            }
        }

        return Task.CompletedTask;
    }

    private void Complete(JsonNode message)
    {
        (string Method, TaskCompletionSource<(JsonNode?, string?)> Done) asked;
        lock (_asked)
            asked = _asked[(string)message["invocationId"]!];
        var error = (string?)message["error"];
        if (error is null)
            Told($"{asked.Method}.result", $"{asked.Method}.result", message["result"]?.DeepClone());
        else
            Told("refusal", "refusal", error);
        asked.Done.TrySetResult((message["result"]?.DeepClone(), error));
    }
}

/// <summary>A dialect over Socket.IO.</summary>
internal sealed class SocketIoTap : Tap
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _auth;

    private SocketIoTap(SocketDescription description, string channel, string auth)
        : base(description, channel) => _auth = auth;

    /// <summary>Connects; without a dialect as a client that has not said which it speaks.</summary>
    public static async Task<SocketIoTap> Connect(Service service, SocketDescription description, string? dialect, string userId)
    {
        var auth = new JsonObject { ["token"] = Service.Token(userId), ["deviceId"] = "phone" };
        if (dialect is not null)
            auth["dialect"] = dialect;
        var tap = new SocketIoTap(description, dialect is null ? "socket.io" : $"dialect-{dialect}", auth.ToJsonString());
        await tap.Open(service, "/socket.io/?EIO=4&transport=websocket");
        await tap._connected.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return tap;
    }

    public override Task Send(string name, object? payload = null)
    {
        var json = Sent($"from-client.{name}", payload);
        return Write("42" + new JsonArray(name, json).ToJsonString());
    }

    /// <summary>Sends what no language has.</summary>
    public Task SendUnknown() => Write("""42["nothing",{}]""");

    protected override async Task Receive(string frame)
    {
        if (frame[0] == '0')
            await Write("40" + _auth);
        else if (frame == "2")
            await Write("3");
        else if (frame.StartsWith("40", StringComparison.Ordinal))
            _connected.TrySetResult();
        else if (frame.StartsWith("42", StringComparison.Ordinal)
            && JsonNode.Parse(frame[2..])!.AsArray() is [{ } name, { } payload])
            Told($"to-client.{(string)name!}", (string)name!, payload.DeepClone());
        else
            Told(frame, "unknown", null);
    }
}

/// <summary>A dialect over plain WebSockets.</summary>
internal sealed class PlainTap : Tap
{
    private PlainTap(SocketDescription description, string channel)
        : base(description, channel)
    {
    }

    public static async Task<PlainTap> Connect(
        Service service, SocketDescription description, string channel, string path, string? userId)
    {
        var tap = new PlainTap(description, channel);
        await tap.Open(service, path, userId is null ? null : Service.Token(userId));
        return tap;
    }

    public override Task Send(string name, object? payload = null)
    {
        var json = JsonSerializer.SerializeToNode(payload ?? new { })!.AsObject();
        json.Insert(0, "type", name);
        return Write(Sent($"from-client.{name}", json)!.ToJsonString());
    }

    /// <summary>Sends what no language has.</summary>
    public Task SendUnknown() => Write("""{"type":"nothing"}""");

    protected override Task Receive(string frame)
    {
        var message = JsonNode.Parse(frame)!;
        Told($"to-client.{(string)message["type"]!}", (string)message["type"]!, message);
        return Task.CompletedTask;
    }
}
