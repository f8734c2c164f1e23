namespace OrleansCalls.Tests.Dialects;

/// <summary>Dialect 000.</summary>
public sealed class ChannelDriver : IDialectClient
{
    private readonly SocketIoClient _socket;

    private ChannelDriver(SocketIoClient socket) => _socket = socket;

    public static async Task<IDialectClient> Connect(Service service, string userId) =>
        new ChannelDriver(await SocketIoClient.Connect(service, userId));

    /// <summary>Connects without saying which device it is.</summary>
    public static async Task<IDialectClient> ConnectNameless(Service service, string userId) =>
        new ChannelDriver(await SocketIoClient.Connect(service, userId, device: null));

    public async Task<string> Start(string calleeId, int ringSeconds = 60)
    {
        var channelId = $"ch-{Guid.NewGuid():N}";
        var offer = new { type = "offer", sdp = "v=0" };
        Assert.Null(await _socket.Ask("call-invite", new { channelId, to = calleeId, offer, ringSeconds }));
        return channelId;
    }

    public async Task WaitIncoming(string callId, string callerId) =>
        Assert.Equal(callerId, (string?)(await _socket.Hears("call-invite", callId))["from"]);

    public Task Accept(string callId) =>
        _socket.Emit("call-accept", new { channelId = callId, answer = new { type = "answer", sdp = "v=1" } });

    public Task WaitAccepted(string callId, string calleeId) => _socket.Hears("call-accepted", callId);

    public Task Reject(string callId) => _socket.Emit("call-reject", new { channelId = callId });

    public Task WaitRejected(string callId, string calleeId) => _socket.Hears("call-rejected", callId);

    public Task End(string callId) => _socket.Emit("call-end", new { channelId = callId });

    public async Task WaitEnded(string callId, string reason) =>
        Assert.Equal(reason, (string?)(await _socket.Hears("call-ended", callId))["reason"]);

    public Task<IReadOnlyList<string>> HeardUntilHungUp(string callId) => _socket.HeardUntil("call-ended", callId);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
