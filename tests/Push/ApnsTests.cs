using OrleansCalls.Push;

namespace OrleansCalls.Tests.Push;

/// <summary>APNs over real HTTP/2: what it is sent, and what its answers come to.</summary>
public sealed class ApnsTests : IAsyncLifetime
{
    private FakeApns _apns = null!;

    public async Task InitializeAsync() => _apns = await FakeApns.Start();

    public async Task DisposeAsync()
    {
        Assert.Empty(_apns.Faults);
        await _apns.DisposeAsync();
    }

    [Fact]
    public async Task Ring_ArrivesAsAppleWantsIt()
    {
        await using var silo = Pushes.Silo(_apns);
        Assert.Null((await silo.Push(Ring("00ff"))).Error);
        var (token, headers, payload) = Assert.Single(_apns.Taken);
        Assert.Equal("00ff", token);
        Assert.Equal(
            Ring("").RingUntil.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            headers["apns-expiration"]);
        Assert.Equal("act1.k.c.m", payload.GetProperty("actionToken").GetString());
        Assert.Equal("c1", payload.GetProperty("callId").GetString());
    }

    [Theory, InlineData(PushType.CallCancelled), InlineData(PushType.CallMissed)]
    public async Task WhatDoesNotRing_NeverGoesThisWay(PushType type)
    {
        await using var silo = Pushes.Silo(_apns);
        Assert.Equal("not_a_ring", (await silo.Push(Ring("00ff") with { Type = type })).Error);
        Assert.Empty(_apns.ProviderTokens);
    }

    [Fact]
    public async Task Many_ShareOneConnectionAndOneProviderToken()
    {
        await using var silo = Pushes.Silo(_apns);
        await silo.Push(Ring("first"));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => silo.Push(Ring($"t{i}"))));
        Assert.Single(_apns.Connections);
        Assert.Single(_apns.ProviderTokens.Distinct());
        Assert.Equal(51, _apns.Taken.Count);
    }

    [Theory]
    [InlineData(410, "Unregistered", "unregistered", true)]
    [InlineData(400, "BadDeviceToken", "bad_device_token", true)]
    [InlineData(400, "DeviceTokenNotForTopic", "device_token_not_for_topic", true)]
    [InlineData(400, "PayloadEmpty", "refused", false)]
    [InlineData(413, "PayloadTooLarge", "refused", false)]
    [InlineData(403, "InvalidProviderToken", "invalid_provider_token", false)]
    [InlineData(403, "ExpiredProviderToken", "expired_provider_token", false)]
    [InlineData(429, "TooManyProviderTokenUpdates", "too_many_provider_token_updates", false)]
    public async Task No_IsNotAskedAgain(int status, string reason, string error, bool gone)
    {
        _apns.Answer = _ => (status, reason, null);
        await using var silo = Pushes.Silo(_apns);
        var result = await silo.Push(Ring("t"));
        Assert.Equal((error, gone), (result.Error, result.TokenUnregistered));
        Assert.Single(_apns.ProviderTokens);
    }

    [Theory, InlineData(-60, true), InlineData(60, false)]
    public async Task Gone_IsBelievedOfTheTokenItMeans(int setAfter, bool gone)
    {
        var at = TimeProvider.System.GetUtcNow();
        _apns.Answer = _ => (410, "Unregistered", at.ToUnixTimeMilliseconds());
        await using var silo = Pushes.Silo(_apns);
        Assert.Equal(gone, (await silo.Push(Ring("t") with { TokenSetAt = at.AddSeconds(setAfter) })).TokenUnregistered);
    }

    [Theory, InlineData(503), InlineData(500), InlineData(429)]
    public async Task Trouble_PassesAndThePushGoes(int status)
    {
        var count = 0;
        _apns.Answer = _ => Interlocked.Increment(ref count) > 2 ? null : (status, "InternalServerError", null);
        await using var silo = Pushes.Silo(_apns);
        Assert.Null((await silo.Push(Ring("t"))).Error);
        Assert.Equal(3, _apns.ProviderTokens.Count);
    }

    [Fact]
    public async Task NobodyThere_IsGivenUpWithTheRing()
    {
        await using var silo = Pushes.Silo(_apns, ("Apns:Endpoint", "http://127.0.0.1:1"));
        var result = await silo.Push(Ring("t") with { TimeToLive = TimeSpan.FromSeconds(1) });
        Assert.Equal(("unreachable", false), (result.Error, result.InDoubt));
    }

    [Fact]
    public async Task CallThatIsOver_TakesItsRingBack()
    {
        using var held = new ManualResetEventSlim();
        var asked = new TaskCompletionSource();
        _apns.Answer = _ =>
        {
            asked.TrySetResult();
            held.Wait(Pushes.Patience);
            return null;
        };
        await using var silo = Pushes.Silo(_apns);
        using var over = new CancellationTokenSource();
        var ring = silo.Push(Ring("t"), over.Token);
        await asked.Task.WaitAsync(Pushes.Patience);
        await over.CancelAsync();
        Assert.Equal(("taken_back", true), ((await ring).Error, (await ring).InDoubt));
        held.Set();
    }

    [Theory, InlineData("a/b"), InlineData("../../x"), InlineData("?y=1"), InlineData("日本")]
    public async Task StrangeTokens_StayInTheirPlace(string token)
    {
        await using var silo = Pushes.Silo(_apns);
        await silo.Push(Ring(token));
        Assert.All(_apns.Taken, taken => Assert.Equal(token, Uri.UnescapeDataString(taken.Token)));
    }

    private static PushMessage Ring(string token) => Pushes.Ring(token, PushProvider.ApnsVoip);
}
