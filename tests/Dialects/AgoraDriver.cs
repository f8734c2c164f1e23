namespace OrleansCalls.Tests.Dialects;

/// <summary>Dialect 002, over its socket.</summary>
public sealed class AgoraDriver : IDialectClient
{
    private readonly SocketIoClient _socket;
    private bool _calls;

    private AgoraDriver(SocketIoClient socket, bool calls) => (_socket, _calls) = (socket, calls);

    public static Task<IDialectClient> Connect(Service service, string userId) => Connect(service, userId, "phone", calls: false);

    /// <summary>Connects a client that has called before, or has been called: the two hear different words.</summary>
    public static async Task<IDialectClient> Connect(Service service, string userId, string? device, bool calls) =>
        new AgoraDriver(await SocketIoClient.Connect(service, userId, device), calls);

    public async Task<string> Start(string calleeId, int ringSeconds = 60)
    {
        _calls = true;
        var callId = $"CALL_{Guid.NewGuid():N}";
        Assert.Null(await _socket.Ask(
            "call:initiate",
            new { receiverId = calleeId, callId, callType = "VIDEO", channelName = "c", agoraToken = "t", ringSeconds }));
        return callId;
    }

    public async Task WaitIncoming(string callId, string callerId) =>
        Assert.Equal(callerId, (string?)(await _socket.Hears("call:incoming", callId))["callerId"]);

    public Task Accept(string callId) => _socket.Emit("call:accept", new { callId });

    public Task WaitAccepted(string callId, string calleeId) => _socket.Hears("call:accepted", callId);

    public Task Reject(string callId) => _socket.Emit("call:reject", new { callId });

    public Task WaitRejected(string callId, string calleeId) => _socket.Hears("call:rejected", callId);

    public Task End(string callId) => _socket.Emit("call:end", new { callId });

    /// <summary>This language has a word for each way to end.</summary>
    public async Task WaitEnded(string callId, string reason)
    {
        switch (reason)
        {
            case "rejected" when _calls:
                // The word for it has been waited for: there is no other.
                break;
            case "rejected":
                await _socket.Hears("call:reject:confirmed", callId);
                break;
            case "no_answer" or "unreachable":
                Assert.Equal(
                    reason, (string?)(await _socket.Hears(_calls ? "call:timeout" : "call:cancelled", callId))["reason"]);
                break;
            case "cancelled":
                Assert.Equal(reason, (string?)(await _socket.Hears(_calls ? "call:ended" : "call:cancelled", callId))["reason"]);
                break;
            default:
                Assert.Equal(reason, (string?)(await _socket.Hears("call:ended", callId))["reason"]);
                break;
        }
    }

    public Task<IReadOnlyList<string>> HeardUntilHungUp(string callId) => _socket.HeardUntil("call:ended", callId);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
