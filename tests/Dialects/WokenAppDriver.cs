using System.Collections.Concurrent;

namespace OrleansCalls.Tests.Dialects;

/// <summary>Dialect 004 as callee: a sleeping app that a push wakes, and that has REST only. It never calls anybody.</summary>
public sealed class WokenAppDriver : IDialectClient
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> Pushed = new();

    private readonly Service _service;
    private readonly string _userId;

    private WokenAppDriver(Service service, string userId) => (_service, _userId) = (service, userId);

    /// <summary>Settings of a service whose pushes these apps are woken by.</summary>
    public static string[] Woken(FakeFcm fcm)
    {
        fcm.OnTaken = message =>
        {
            var data = message.GetProperty("data");
            if (data.GetProperty("type").GetString() == "call_incoming")
                Push(data.GetProperty("callId").GetString()!).TrySetResult(data.GetProperty("callerId").GetString()!);
        };
        return [
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}", $"Push:Fcm:Endpoint={fcm.Address}",
            "Push:AttemptTimeoutSeconds=20",
        ];
    }

    public static async Task<IDialectClient> Connect(Service service, string userId)
    {
        var (status, _) = await service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token(userId),
            new { provider = "fcm", token = $"fcm-{userId}" });
        Assert.Equal(204, status);
        return new WokenAppDriver(service, userId);
    }

    public Task<string> Start(string calleeId, int ringSeconds = 60) => throw NeverCalls();

    public async Task WaitIncoming(string callId, string callerId) =>
        Assert.Equal(callerId, await Push(callId).Task.WaitAsync(Until.Patience));

    public Task Accept(string callId) => Say(callId, "accept_ready");

    public Task WaitAccepted(string callId, string calleeId) => throw NeverCalls();

    public Task Reject(string callId) => Say(callId, "decline");

    public Task<IReadOnlyList<string>> HeardUntilHungUp(string callId) => throw NeverCalls();

    public Task WaitRejected(string callId, string calleeId) => throw NeverCalls();

    public Task End(string callId) => Say(callId, "hangup");

    /// <summary>Nothing tells it: it asks until it is so.</summary>
    public async Task WaitEnded(string callId, string reason)
    {
        using var patience = new CancellationTokenSource(Until.Patience);
        while (true)
        {
            var (_, call) = await _service.Send(
                HttpMethod.Get, $"/api/v1/calls/{callId}", Service.Token(_userId), body: null, Device);
            if ((string?)call!["state"] == "ended")
            {
                Assert.Equal(reason, (string?)call["endReason"]);
                return;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static NotSupportedException NeverCalls() => new("Apps of 004 are called by telephones.");

    private static (string Name, string Value) Device => ("X-Device-Id", "phone");

    private static TaskCompletionSource<string> Push(string callId) =>
        Pushed.GetOrAdd(callId, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task Say(string callId, string action)
    {
        var body = new { server_call_id = callId, extension = _userId, action, timestamp = 1 };
        var (status, answer) = await _service.Send(HttpMethod.Post, "/api/call-response", Service.Token(_userId), body, Device);
        Assert.Equal((200, true), (status, (bool)answer!["success"]!));
    }
}
