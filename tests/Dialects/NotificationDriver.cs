namespace OrleansCalls.Tests.Dialects;

/// <summary>Dialect 001, on a page that has only the socket for notices.</summary>
public sealed class NotificationDriver : IDialectClient
{
    private readonly Service _service;
    private readonly string _token;
    private readonly PlainClient _socket;

    private NotificationDriver(Service service, string token, PlainClient socket)
    {
        _service = service;
        _token = token;
        _socket = socket;
    }

    public static async Task<IDialectClient> Connect(Service service, string userId)
    {
        var token = Service.Token(userId);
        var socket = await PlainClient.Connect(service.Address, $"/ws/notifications/?token={token}");
        await socket.Hears("connection.ack");
        return new NotificationDriver(service, token, socket);
    }

    public async Task<string> Start(string calleeId, int ringSeconds = 60)
    {
        var body = new { receiver_id = calleeId, call_type = "voice", conversation_id = "7", ring_seconds = ringSeconds };
        var (status, call) = await _service.Send(HttpMethod.Post, "/calls/initiate/", _token, body);
        Assert.Equal(201, status);
        var callId = (string)call!["call_id"]!;
        await _socket.Send(new { type = "call.offer", call_id = callId, offer = new { type = "offer", sdp = "v=0" } });
        return callId;
    }

    public async Task WaitIncoming(string callId, string callerId) =>
        Assert.Equal(callerId, (string?)(await _socket.Hears("call.incoming", callId))["caller_id"]);

    public Task Accept(string callId) =>
        _socket.Send(new { type = "call.answer", call_id = callId, answer = new { type = "answer", sdp = "v=1" } });

    public async Task WaitAccepted(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _socket.Hears("call.answer", callId))["receiver_id"]);

    public Task Reject(string callId) => _socket.Send(new { type = "call.reject", call_id = callId });

    public async Task WaitRejected(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _socket.Hears("call.reject", callId))["receiver_id"]);

    public Task End(string callId) => _socket.Send(new { type = "call.end", call_id = callId });

    public async Task WaitEnded(string callId, string reason) =>
        Assert.Equal(reason, (string?)(await _socket.Hears("call.end", callId))["reason"]);

    public Task<IReadOnlyList<string>> HeardUntilHungUp(string callId) => _socket.HeardUntil("call.end", callId);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
