
namespace OrleansCalls.Tests.Edge;

/// <summary>The program itself, killed without a warning in the middle of calls, and started again on the same data.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly GatewayProcess _gateway = new(
        "127.0.0.1", ("ASPNETCORE_ENVIRONMENT", "Production"), ("Auth__SigningKey", Service.SigningKey));

    private Uri Address => _gateway.Address;

    public Task InitializeAsync() => _gateway.Run();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task RingingCall_ProcessKilled_GoesOnRingingAndIsAnswered()
    {
        await using var alice = await Phone.Start(Address, "alice", "a1");
        await Start(alice, "survivor", ringSeconds: 180);

        _gateway.Kill();
        await _gateway.Run();

        // The caller's client comes back by itself.
        await using var bob = await Phone.Start(Address, "bob", "b1");
        Assert.Equal("survivor", (await bob.Next<Client.CallIncoming>()).CallId);
        await bob.Client.AckRingingAsync("survivor");
        await alice.Next<Client.CallProgress>(progress => progress.Stage == Client.RingStage.Ringing);
        await bob.Client.AcceptCallAsync("survivor");
        await alice.Next<Client.CallAccepted>();
        await alice.Client.EndCallAsync("survivor");
        Assert.Equal(Client.EndReason.Completed, (await bob.Next<Client.CallEnded>()).Reason);
        Assert.Equal(alice.Of("survivor").Distinct(), alice.Of("survivor"));
    }

    [Fact]
    public async Task RingingCall_DeadlinePassesWhileTheProcessIsDown_EndsAtItsDeadline()
    {
        Client.Call call;
        await using (var alice = await Phone.Start(Address, "alice", "a1"))
            call = await Start(alice, "late", ringSeconds: 10);
        _gateway.Kill();
        await Until.Past(call.RingUntil);

        await _gateway.Run();

        // Nobody asks about the call: the service itself must have noticed.
        await using var bob = await Phone.Start(Address, "bob", "b1");
        var missed = await Until.Found(
            async () => (await bob.Client.GetHistoryAsync(missedOnly: true)).Items.SingleOrDefault(), "a missed call");
        Assert.Equal(("late", Client.EndReason.Unreachable, call.RingUntil), (missed.CallId, missed.EndReason, missed.EndedAt));
    }

    private static Task<Client.Call> Start(Phone caller, string callId, int ringSeconds) =>
        caller.Client.StartCallAsync(
            new Client.StartCallRequest { CallId = callId, CalleeIds = ["bob"], RingSeconds = ringSeconds });
}
