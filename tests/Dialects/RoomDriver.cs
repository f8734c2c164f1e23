using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>Dialect 003, with either kind of socket. Rooms are in the configuration: see <see cref="RoomOf"/>.</summary>
public sealed class RoomDriver : IDialectClient
{
    private readonly Service _service;
    private readonly string _userId;
    private readonly string _token;
    private readonly Func<string, string?, Task<JsonNode>> _hears;
    private readonly Func<string, string, Task<IReadOnlyList<string>>> _heardUntil;
    private readonly IAsyncDisposable _socket;

    private RoomDriver(
        Service service, string userId, string token, Func<string, string?, Task<JsonNode>> hears,
        Func<string, string, Task<IReadOnlyList<string>>> heardUntil, IAsyncDisposable socket)
    {
        _heardUntil = heardUntil;
        _service = service;
        _userId = userId;
        _token = token;
        _hears = hears;
        _socket = socket;
    }

    /// <summary>The room of two people.</summary>
    public static string RoomOf(string callerId, string calleeId) => $"!{callerId}/{calleeId}:localhost";

    public static async Task<IDialectClient> Connect(Service service, string userId)
    {
        var token = Service.Token(userId);
        var socket = await PlainClient.Connect(service.Address, "/");
        await socket.Send(new { type = "register-user", userId, accessToken = token });
        await socket.Hears("registered");
        return new RoomDriver(service, userId, token, socket.Hears, socket.HeardUntil, socket);
    }

    public static async Task<IDialectClient> ConnectSocketIo(Service service, string userId)
    {
        var socket = await SocketIoClient.Connect(service, userId);
        await socket.Emit("register-user", new { userId });
        await socket.Hears("registered");
        return new RoomDriver(service, userId, Service.Token(userId), Hears, socket.HeardUntil, socket);

        // Until it has registered, nobody knows what it speaks, and 000 has events of the same names.
        async Task<JsonNode> Hears(string name, string? callId)
        {
            while (true)
            {
                var payload = await socket.Hears(name, callId);
                if (payload["eventType"] is not null)
                    return payload;
            }
        }
    }

    public async Task<string> Start(string calleeId, int ringSeconds = 60)
    {
        var (status, call) = await _service.Send(HttpMethod.Post, "/api/calls/initiate", token: null, new
        {
            roomId = RoomOf(_userId, calleeId), callType = "voice", accessToken = _token, userId = _userId, ringSeconds,
        });
        Assert.Equal(200, status);
        return (string)call!["callId"]!;
    }

    public async Task WaitIncoming(string callId, string callerId) =>
        Assert.Equal(callerId, (string?)(await _hears("incoming-call", callId))["callerId"]);

    public Task Accept(string callId) => Post(callId, "answer");

    public async Task WaitAccepted(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _hears("call-answered", callId))["userId"]);

    public Task Reject(string callId) => Post(callId, "reject");

    public async Task WaitRejected(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _hears("call-rejected", callId))["userId"]);

    public Task End(string callId) => Post(callId, "end");

    public async Task WaitEnded(string callId, string reason) =>
        Assert.Equal(reason, (string?)(await _hears("call-ended", callId))["reason"]);

    public Task<IReadOnlyList<string>> HeardUntilHungUp(string callId) => _heardUntil("call-ended", callId);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private async Task Post(string callId, string what)
    {
        var (status, answer) = await _service.Send(
            HttpMethod.Post, $"/api/calls/{callId}/{what}", token: null, new { accessToken = _token, userId = _userId });
        Assert.Equal((200, true), (status, (bool)answer!["success"]!));
    }
}
