using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A real socket.io-client with a token, as the apps of 000, 002 and 003 use it. All tests share one node process; each
/// client is a device of its own.
/// </summary>
public sealed class SocketIoClient : IAsyncDisposable
{
    private static readonly Lazy<NodeHost> Node = new(NodeHost.Start);

    private readonly NodeClient _client;

    private SocketIoClient(NodeClient client) => _client = client;

    /// <summary>The client itself, for what only some tests ask of it.</summary>
    public NodeClient Raw => _client;

    /// <summary>Connects and waits until it is connected.</summary>
    public static async Task<SocketIoClient> Connect(
        Service service, string userId, string? device = "phone", string? dialect = null)
    {
        var auth = new { token = Service.Token(userId), deviceId = device, dialect };
        var client = await Open(service, new { auth, transports = new[] { "websocket" } });
        await client._client.Connected();
        return client;
    }

    /// <summary>Begins to connect, with the options of <c>io(url, options)</c>.</summary>
    public static async Task<SocketIoClient> Open(Service service, object options) =>
        new(await Node.Value.Connect(service.Address, options));

    public Task Emit(string name, object? payload = null) => _client.Emit(name, payload);

    /// <summary>Emits and waits for the acknowledgement: <c>null</c>, or the code of the refusal.</summary>
    public async Task<string?> Ask(string name, object? payload = null)
    {
        var answer = (await _client.EmitWithAck(name, payload)).Args[0];
        return answer.GetProperty("success").GetBoolean() ? null : answer.GetProperty("error").GetProperty("code").GetString();
    }

    /// <summary>The next event of this name, of this call if one is given; others of that name are dropped.</summary>
    public async Task<JsonNode> Hears(string name, string? callId = null)
    {
        while (true)
        {
            var payload = JsonNode.Parse((await _client.Next(name)).Args[0].GetRawText())!;
            if (callId is null || (string?)(payload["channelId"] ?? payload["callId"]) == callId)
                return payload;
        }
    }

    /// <summary>Waits for an event of a call; the names of what else has come by then and nobody asked for.</summary>
    public async Task<IReadOnlyList<string>> HeardUntil(string name, string callId)
    {
        await Hears(name, callId);
        return _client.Rest();
    }

    /// <summary>
    /// Events that have come and nobody asked for, once the server has answered something that was sent after them.
    /// </summary>
    public async Task<IReadOnlyList<string>> Rest()
    {
        // The acknowledgement may come before the events do: these wait until the client has been told where it stands.
        var rest = _client.Rest().ToList();
        Assert.Equal("invalid_argument", await Ask("nothing"));
        var refusal = await _client.Any("error", "call-error", "call:error");
        var late = _client.Rest().ToList();
        late.Remove(refusal);
        return [.. rest, .. late];
    }

    public async ValueTask DisposeAsync() => await _client.Disconnect();

    /// <summary>Names of the fields of a payload, in order.</summary>
    public static string Fields(JsonNode payload) => string.Join(' ', payload.AsObject().Select(field => field.Key));
}
