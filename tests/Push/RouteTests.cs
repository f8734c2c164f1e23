using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;

namespace OrleansCalls.Tests.Push;

/// <summary>Trying again, in virtual time: how often, how long, and when not.</summary>
public sealed class RouteTests : IDisposable
{
    private readonly TestTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Provider _provider = new();
    private readonly PushRoute _route;

    public RouteTests() => _route = new PushRoute(
        _provider, TimeSpan.FromSeconds(5), _time, new PushMetrics(_services.GetRequiredService<IMeterFactory>()),
        NullLogger<PushRoute>.Instance);

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Busy_IsTriedAgainUntilItTakesIt()
    {
        _provider.Answers = n => n < 4 ? ProviderAnswer.Later("unavailable") : ProviderAnswer.Accepted;
        Assert.Null((await Send()).Error);
        Assert.Equal(4, _provider.Asked);
    }

    [Fact]
    public async Task Reset_AsItIsConnectedTo_IsTriedAgain()
    {
        _provider.Answers = n => n == 1 ? throw new SocketException((int)SocketError.NotConnected) : ProviderAnswer.Accepted;
        var result = await Send();
        Assert.Equal((null, false, 2), (result.Error, result.InDoubt, _provider.Asked));
    }

    [Fact]
    public async Task Busy_ForAllOfTheRing_IsGivenUpAtItsEnd()
    {
        var started = _time.GetUtcNow();
        _provider.Answers = _ => ProviderAnswer.Later("unavailable");
        var result = await Send(seconds: 30);
        Assert.Equal(("unavailable", false), (result.Error, result.InDoubt));
        Assert.InRange((_time.GetUtcNow() - started).TotalSeconds, 15, 45);
        Assert.InRange(_provider.Asked, 4, 20);
    }

    [Theory, InlineData(20, 2), InlineData(61, 1)]
    public async Task RetryAfter_IsKept_AndNotWaitedForInVain(int retryAfter, int asked)
    {
        _provider.Answers =
            n => n == 1 ? ProviderAnswer.Later("quota_exceeded", TimeSpan.FromSeconds(retryAfter)) : ProviderAnswer.Accepted;
        var started = _time.GetUtcNow();
        var result = await Send();
        Assert.Equal(asked == 2 ? null : "quota_exceeded", result.Error);
        Assert.Equal(asked, _provider.Asked);
        if (asked == 2)
            Assert.True(_time.GetUtcNow() - started >= TimeSpan.FromSeconds(retryAfter));
    }

    [Fact]
    public async Task SecondTry_IsToBeKeptForWhatIsLeftOfTheRing()
    {
        _provider.Answers = n => n == 1 ? ProviderAnswer.Later("unavailable", TimeSpan.FromSeconds(20)) : ProviderAnswer.Accepted;
        await Send();
        Assert.Equal([60, 40], _provider.Lives.Select(life => (int)Math.Round(life.TotalSeconds)));
    }

    [Fact]
    public async Task TokenGone_AndRefused_AreNotTriedAgain()
    {
        _provider.Answers = _ => ProviderAnswer.Gone("unregistered");
        Assert.True((await Send()).TokenUnregistered);
        _provider.Answers = _ => ProviderAnswer.Refused("invalid_argument");
        Assert.False((await Send()).TokenUnregistered);
        Assert.Equal(2, _provider.Asked);
    }

    [Fact]
    public async Task Slow_IsEndedInTime_AndInDoubt()
    {
        _provider.Until = new TaskCompletionSource();
        var result = await Send(seconds: 12);
        Assert.Equal(("timeout", true), (result.Error, result.InDoubt));
        Assert.InRange(_provider.Asked, 2, 4);
    }

    [Fact]
    public async Task CallIsOver_WhileWaiting_IsNoDoubt_WhileUnderWay_IsNotTakenBack()
    {
        using var over = new CancellationTokenSource();
        _provider.Answers = n => n == 1 ? ProviderAnswer.Later("unavailable", TimeSpan.FromSeconds(30)) : ProviderAnswer.Accepted;
        var waiting = Begin(Pushes.Ring(), over.Token);
        await over.CancelAsync();
        var first = await waiting.WaitAsync(Pushes.Patience);
        Assert.Equal(("unavailable", false), (first.Error, first.InDoubt));

        using var overToo = new CancellationTokenSource();
        _provider.Until = new TaskCompletionSource();
        var underWay = Begin(Pushes.Ring(), overToo.Token);
        await overToo.CancelAsync();
        Assert.False(underWay.IsCompleted);
        await _time.Until(underWay, TimeSpan.FromSeconds(6));
        Assert.Equal(("timeout", true), ((await underWay).Error, (await underWay).InDoubt));
        Assert.Equal(2, _provider.Asked);

        using var overAgain = new CancellationTokenSource();
        _provider.Until = new TaskCompletionSource();
        var taken = Begin(Pushes.Ring(), overAgain.Token);
        await overAgain.CancelAsync();
        _provider.Until.SetResult();
        Assert.Null((await taken.WaitAsync(Pushes.Patience)).Error);
    }

    [Fact]
    public async Task RingsThatWereTakenBack_AreNoFaultOfTheProvider()
    {
        _provider.Answers = _ => ProviderAnswer.TakenBack;
        for (var i = 0; i < 100; i++)
            Assert.True((await Send()).InDoubt);
        Assert.Equal(100, _provider.Asked);
        Assert.Equal(PushState.Up, _route.State);
    }

    [Fact]
    public async Task CredentialsRefused_OneQuestionAMinute()
    {
        _provider.Answers = _ => ProviderAnswer.Misconfigured("permission_denied");
        Assert.Equal("permission_denied", (await Send()).Error);
        Assert.Equal(PushState.CredentialsRefused, _route.State);
        for (var i = 0; i < 100; i++)
            Assert.Equal("credentials_refused", (await Send()).Error);
        Assert.Equal(1, _provider.Asked);

        _time.Step(TimeSpan.FromSeconds(61));
        _provider.Answers = _ => ProviderAnswer.Accepted;
        Assert.Null((await Send()).Error);
        Assert.Equal(PushState.Up, _route.State);
    }

    [Fact]
    public async Task HoursOfOutage_ProviderIsLeftInPeace_AndUsedAgainAfterwards()
    {
        _provider.Answers = _ => ProviderAnswer.Later("unavailable");
        for (var i = 0; i < 200; i++)
        {
            var rings = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Begin(Pushes.Ring(), CancellationToken.None)).ToList());
            await _time.Until(rings, TimeSpan.FromMinutes(3));
            Assert.All(await rings, result => Assert.NotNull(result.Error));
        }

        // 2,000 rings of a minute each; by themselves they would ask some 20,000 times.
        Assert.InRange(_provider.Asked, 100, 5000);
        Assert.Equal(PushState.Down, _route.State);

        _provider.Answers = _ => ProviderAnswer.Accepted;
        Assert.Null((await Send()).Error);
        Assert.Equal(PushState.Up, _route.State);
    }

    private Task<PushResult> Begin(PushMessage message, CancellationToken cancellation) =>
        TestTime.Alone(() => _route.Send(message, cancellation));

    private async Task<PushResult> Send(double seconds = 60)
    {
        var sending = Begin(Pushes.Ring(seconds: seconds), CancellationToken.None);
        await _time.Until(sending, TimeSpan.FromMinutes(5));
        return await sending;
    }

    private sealed class Provider : IPushProvider
    {
        public int Asked { get; private set; }

        /// <summary>Holds back every answer until it is done.</summary>
        public TaskCompletionSource? Until { get; set; }

        public List<TimeSpan> Lives { get; } = [];

        public Func<int, ProviderAnswer> Answers { get; set; } = _ => ProviderAnswer.Accepted;

        PushProvider IPushProvider.Provider => PushProvider.Fcm;

        public async Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late)
        {
            Asked++;
            Lives.Add(message.TimeToLive);
            try
            {
                if (Until is { } until)
                    await until.Task.WaitAsync(late);
            }
            catch (OperationCanceledException)
            {
                return ProviderAnswer.Uncertain("timeout");
            }

            return Answers(Asked);
        }
    }
}
