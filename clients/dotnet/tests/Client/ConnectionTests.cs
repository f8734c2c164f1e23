using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansCalls.Client.Tests;

/// <summary>The connection: reconnect without loss, tokens, cancellation.</summary>
public sealed class ConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task GatewayRestarts_ClientThatComesBackLate_GetsEachEventOnceAndInOrder()
    {
        var port = Ports.Free();
        await using var service = await Service.Start($"urls=http://127.0.0.1:{port}");
        var open = new TaskCompletionSource();
        open.SetResult();
        await using var alice = new Phone(service.Address, "alice", "a1", async cancellation =>
        {
            await open.Task.WaitAsync(cancellation);
            return Service.Token("alice");
        });
        await alice.Client.StartAsync();
        await using var bob = await Phone.Start(service.Address, "bob", "b1");
        var id = (await alice.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["bob"] })).CallId;
        await bob.Next<CallIncoming>();
        await bob.Client.AckRingingAsync(id);
        await alice.Next<CallProgress>(progress => progress.Stage == RingStage.Ringing);
        // A call of which alice has seen no event at all.
        var other = (await alice.Client.StartCallAsync(new StartCallRequest { CallId = "unseen", CalleeIds = ["carl"] })).CallId;

        open = new TaskCompletionSource();
        await service.Restart();
        await alice.Next<ConnectionChanged>(change => change.State == ConnectionState.Reconnecting);
        await bob.Next<ConnectionChanged>(change => change.State == ConnectionState.Connected);
        await using var carl = await Phone.Start(service.Address, "carl", "c1");
        await carl.Client.RejectCallAsync(other, "no");
        await bob.Client.AcceptCallAsync(id, SessionDescription.Answer("v=0"));
        await bob.Client.EndCallAsync(id);
        await bob.Next<CallEnded>();
        open.SetResult();

        Assert.Equal("v=0", (await alice.Next<CallAccepted>()).Answer!.Sdp);
        await alice.Next<OpenCalls>();
        Assert.Equal(EndReason.Completed, Assert.Single(alice.All.OfType<CallEnded>(), end => end.CallId == id).Reason);
        Assert.Equal(EndReason.Rejected, Assert.Single(alice.All.OfType<CallEnded>(), end => end.CallId == other).Reason);
        Assert.Equal("no", Assert.Single(alice.All.OfType<CallRejected>()).Reason);
        foreach (var phone in new[] { alice, bob, carl })
            foreach (var call in new[] { id, other })
                Assert.Equal(Seqs(phone, call).Distinct().Order(), Seqs(phone, call));
        Assert.Single(bob.All.OfType<CallIncoming>());

        // All is over: another connect brings nothing of it back.
        await alice.Client.StopAsync();
        await alice.Client.StartAsync();
        await alice.Next<OpenCalls>(calls => calls.Calls.Count == 0);
        Assert.Equal(2, alice.All.OfType<CallEnded>().Count());

        static IEnumerable<long> Seqs(Phone phone, string callId) =>
            phone.All.Where(what => what.CallId == callId && what.Seq > 0).Select(what => what.Seq);
    }

    [Fact]
    public async Task RingingCall_GatewayRestarts_RingsOnceAndCanBeAnswered()
    {
        await using var service = await Service.Start($"urls=http://127.0.0.1:{Ports.Free()}");
        await using var alice = await Phone.Start(service.Address, "alice", "a1");
        await using var bob = await Phone.Start(service.Address, "bob", "b1");
        var id = (await alice.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["bob"], RingSeconds = 120 })).CallId;
        await bob.Next<CallIncoming>();
        await service.Restart();
        var open = await bob.Next<OpenCalls>(calls => calls.Calls.Count == 1);
        Assert.True(Assert.Single(open.Calls).RingsFor("bob"));
        await bob.Client.AcceptCallAsync(id);
        await alice.Next<CallAccepted>();
        await alice.Client.EndCallAsync(id);
        await bob.Next<CallEnded>();
        await alice.Next<CallEnded>();
        Assert.Single(bob.All.OfType<CallIncoming>());
        Assert.Single(alice.All.OfType<CallEnded>());
    }

    [Fact]
    public async Task GatewayThatIsNotThereYet_IsWaitedFor_OrNot()
    {
        var port = Ports.Free();
        var address = new Uri($"http://127.0.0.1:{port}");
        await using var waiting = new Phone(address, "alice", "a1");
        await using var impatient = new Phone(address, "bob", "b1");
        var starting = waiting.Client.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var givenUp = impatient.Client.StartAsync(cancellation.Token);
        Assert.Equal(ConnectionState.Connecting, waiting.Client.State);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.Client.StartAsync());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Patience));
        Assert.Equal(ConnectionState.Closed, impatient.Client.State);

        await using var service = await Service.Start($"urls={address}");
        await starting.WaitAsync(Patience);
        Assert.Equal(ConnectionState.Connected, waiting.Client.State);
    }

    [Theory]
    [InlineData("nonsense", CallErrorCode.Unauthenticated)]
    [InlineData("expired", CallErrorCode.Unauthenticated)]
    [InlineData("other key", CallErrorCode.Unauthenticated)]
    [InlineData("other device", CallErrorCode.Forbidden)]
    public async Task WrongToken_IsATypedRefusal(string what, CallErrorCode code)
    {
        await using var service = await Service.Start();
        var token = what switch
        {
            "expired" => Token("alice", TimeProvider.System.GetUtcNow().AddMinutes(-5)),
            "other key" =>
                Token("alice", TimeProvider.System.GetUtcNow().AddHours(1), key: "a key that this service does not have"),
            "other device" => Token("alice", TimeProvider.System.GetUtcNow().AddHours(1), device: "a2"),
            _ => what,
        };
        await using var alice = new Phone(service.Address, "alice", "a1", _ => ValueTask.FromResult(token));
        var refused = await Assert.ThrowsAsync<OrleansCallsException>(() => alice.Client.StartAsync().WaitAsync(Patience));
        Assert.Equal(code, refused.Code);
        Assert.Equal(code, (await alice.Next<ConnectionChanged>(change => change.State == ConnectionState.Closed)).Error!.Code);
    }

    [Fact]
    public async Task TokenThatExpires_IsReplacedByTheNextOne_AndTheCallGoesOn()
    {
        // It has expired when the client comes, and is taken for 15 s more.
        await using var service = await Service.Start("Auth:ClockSkewSeconds=60");
        var asked = 0;
        await using var bob = new Phone(service.Address, "bob", "b1", _ => ValueTask.FromResult(
            Token("bob", TimeProvider.System.GetUtcNow().AddSeconds(Interlocked.Increment(ref asked) == 1 ? -45 : 3600))));
        await bob.Client.StartAsync();
        await using var alice = await Phone.Start(service.Address, "alice", "a1");
        var id = (await alice.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["bob"] })).CallId;
        await bob.Client.AcceptCallAsync(id);
        await bob.Next<ConnectionChanged>(change => change.State == ConnectionState.Reconnecting);
        Assert.Equal(CallState.Active, Assert.Single((await bob.Next<OpenCalls>()).Calls).State);
        Assert.Equal(2, asked);
        await alice.Client.EndCallAsync(id);
        await bob.Next<CallEnded>();
    }

    [Fact]
    public async Task TokenRefusedAtAReconnect_IsReported_AndTriedAgain()
    {
        await using var service = await Service.Start($"urls=http://127.0.0.1:{Ports.Free()}");
        var isSignedOut = false;
        await using var alice = new Phone(service.Address, "alice", "a1", _ =>
            ValueTask.FromResult(Volatile.Read(ref isSignedOut) ? "nonsense" : Service.Token("alice")));
        await alice.Client.StartAsync();
        Volatile.Write(ref isSignedOut, true);
        await service.Restart();
        await alice.Next<ConnectionChanged>(change => change.Error?.Code == CallErrorCode.Unauthenticated);
        Assert.Equal(ConnectionState.Reconnecting, alice.Client.State);
        Volatile.Write(ref isSignedOut, false);
        await alice.Next<ConnectionChanged>(change => change.State == ConnectionState.Connected);
    }

    [Fact]
    public async Task SameDeviceAgain_TheFirstClosesForGood()
    {
        await using var service = await Service.Start();
        await using var first = await Phone.Start(service.Address, "alice", "a1");
        await using var second = await Phone.Start(service.Address, "alice", "a1");
        var closed = await first.Next<ConnectionChanged>(change => change.State == ConnectionState.Closed);
        Assert.Equal(CallErrorCode.Conflict, closed.Error!.Code);
        Assert.Empty(await second.Client.GetOpenCallsAsync());
    }

    [Fact]
    public async Task Cancellation_EndsCommandsAndStreams()
    {
        await using var service = await Service.Start();
        await using var alice = await Phone.Start(service.Address, "alice", "a1");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alice.Client.GetCallAsync("c", cancelled.Token));

        using var later = new CancellationTokenSource();
        var stream = alice.Client.ReadEventsAsync(later.Token);
        var whole = alice.Client.ReadEventsAsync();
        await alice.Client.StartCallAsync(new StartCallRequest { CallId = "c", CalleeIds = ["bob"] });
        await alice.Client.EndCallAsync("c");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var what in stream)
                if (what is CallEnded)
                    await later.CancelAsync();
        });
        await alice.DisposeAsync();
        Assert.Contains(await whole.ToListAsync().AsTask().WaitAsync(Patience), what => what is CallEnded);
    }

    [Fact]
    public async Task Container_MakesOneClient()
    {
        await using var service = await Service.Start();
        await using var services = new ServiceCollection().AddOrleansCallsClient(options =>
        {
            options.Address = service.Address;
            options.Token = _ => ValueTask.FromResult(Service.Token("alice"));
        }).BuildServiceProvider();
        var client = services.GetRequiredService<OrleansCallsClient>();
        await client.StartAsync();
        Assert.Empty(await client.GetOpenCallsAsync());
        Assert.Same(client, services.GetRequiredService<OrleansCallsClient>());
        Assert.Throws<ArgumentException>(
            () => new OrleansCallsClient(new OrleansCallsClientOptions { Address = service.Address }));
    }

    private static string Token(string userId, DateTimeOffset expires, string? device = null, string key = Service.SigningKey)
    {
        var claims = new JsonObject
        {
            ["iss"] = "orleans-calls", ["aud"] = "orleans-calls", ["sub"] = userId, ["exp"] = expires.ToUnixTimeSeconds(),
        };
        if (device is not null)
            claims["device_id"] = device;
        return Service.Sign(claims, key);
    }
}
