namespace OrleansCalls.Tests.Grains;

/// <summary>Signals go from the call to the bound device's gateway, and by the user's grain where that cannot be.</summary>
public sealed class SignalScenarios : IAsyncLifetime
{
    private CallsCluster _calls = null!;

    public async Task InitializeAsync() => _calls = await CallsCluster.Start();

    public async Task DisposeAsync() => await _calls.DisposeAsync();

    [Fact]
    public async Task Signals_AfterTheFirst_GoPastTheUsersGrain_InOrder()
    {
        var (alice, bob) = await Active();
        for (var n = 1; n <= 5; n++)
            await Send(alice, n);
        for (var n = 1; n <= 5; n++)
            Assert.Equal($"{n}", (await bob.Hears<SignalReceived>()).Payload);
        // With nothing on its way any more, each goes past.
        var before = bob.Direct;
        for (var n = 6; n <= 9; n++)
        {
            await Send(alice, n);
            Assert.Equal($"{n}", (await bob.Hears<SignalReceived>()).Payload);
        }

        Assert.Equal(before + 4, bob.Direct);
        Assert.Equal(0, alice.Direct);
    }

    [Fact]
    public async Task Signals_ToADeviceWhoseSocketIsGone_WaitForItsNextOne()
    {
        var (alice, bob) = await Active();
        await Send(alice, 1);
        await Send(alice, 2);
        Assert.Equal("1", (await bob.Hears<SignalReceived>()).Payload);
        Assert.Equal("2", (await bob.Hears<SignalReceived>()).Payload);
        bob.Vanish();
        await Send(alice, 3);
        await Send(alice, 4);
        await Offline("bob");

        var again = await _calls.Connect("bob", "b1");
        Assert.Equal("3", (await again.Hears<SignalReceived>()).Payload);
        Assert.Equal("4", (await again.Hears<SignalReceived>()).Payload);
        await again.Do("c1", new ReadCall());
        await Send(alice, 5);
        Assert.Equal("5", (await again.Hears<SignalReceived>()).Payload);
    }

    private async Task<(TestDevice Alice, TestDevice Bob)> Active()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");
        await alice.Start("c1", "bob");
        await bob.Hears<CallIncoming>();
        await bob.Do("c1", new AcceptCall());
        await alice.Hears<CallAccepted>();
        return (alice, bob);
    }

    /// <summary>The user's grain has found out that no connection is left.</summary>
    private async Task Offline(string userId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await _calls.Grains.GetUser(userId).GetPresence()).Online)
            patience.Token.ThrowIfCancellationRequested();
    }

    private static async Task Send(TestDevice from, int n) =>
        Assert.Null((await from.Do("c1", new SendSignal { Kind = SignalKind.Candidate, Payload = $"{n}" })).Error);
}
