namespace OrleansCalls.Tests.Dialects;

/// <summary>The hub, as the page speaks it.</summary>
public sealed class HubDriver : IDialectClient
{
    private readonly HubClient _hub;

    private HubDriver(HubClient hub) => _hub = hub;

    public static async Task<IDialectClient> Connect(Service service, string userId)
    {
        var hub = await service.Connect(userId, "phone");
        await hub.Hears("OpenCalls");
        return new HubDriver(hub);
    }

    public async Task<string> Start(string calleeId, int ringSeconds = 60)
    {
        var offer = new { type = "offer", sdp = "v=0" };
        var call = await _hub.Call("StartCall", new { calleeIds = new[] { calleeId }, media = "audio", offer, ringSeconds });
        return (string)call!["callId"]!;
    }

    public async Task WaitIncoming(string callId, string callerId)
    {
        Assert.Equal(callerId, (string?)(await _hub.Hears("CallIncoming", callId))["caller"]!["id"]);
        await _hub.Call("AckRinging", new { callId });
    }

    public Task Accept(string callId) => _hub.Call("AcceptCall", new { callId, answer = new { type = "answer", sdp = "v=1" } });

    public async Task WaitAccepted(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _hub.Hears("CallAccepted", callId))["userId"]);

    public Task Reject(string callId) => _hub.Call("RejectCall", new { callId });

    public async Task WaitRejected(string callId, string calleeId) =>
        Assert.Equal(calleeId, (string?)(await _hub.Hears("CallRejected", callId))["userId"]);

    public Task End(string callId) => _hub.Call("EndCall", new { callId });

    public async Task WaitEnded(string callId, string reason) =>
        Assert.Equal(reason, (string?)(await _hub.Hears("CallEnded", callId))["reason"]);

    public async Task<IReadOnlyList<string>> HeardUntilHungUp(string callId)
    {
        var heard = new List<string>();
        await foreach (var (name, payload) in _hub.All())
        {
            if (name == "CallEnded" && (string?)payload["callId"] == callId)
                break;
            heard.Add(name);
        }

        return heard;
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
