using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>The events of one call, in virtual time: order, waits, and when it is enough.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly TestTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Background _background;
    private readonly WebhookOutbox _outbox;
    private readonly List<(string Id, double At)> _sent = [];
    private readonly List<string> _told = [];
    private readonly MeterListener _listener = new();
    private readonly DateTimeOffset _start;
    private long _pending;

    public OutboxTests()
    {
        _start = _time.GetUtcNow();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "orleanscalls.webhook.pending"
                && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _pending = value);
        _listener.Start();
        var metrics = new WebhookMetrics(_services.GetRequiredService<IMeterFactory>());
        _background = new Background("c1", _time, (_, _) => { });
        _outbox = new WebhookOutbox(
            Send, TimeSpan.FromHours(24), metrics, _time, _background,
            (what, result) => _told.Add($"{what.Call.Seq} {result.Outcome}"));
    }

    /// <summary>What the receiver answers to its n-th request.</summary>
    private Func<int, WebhookEvent, WebhookResult> Answer { get; set; } = (_, _) => WebhookResult.Delivered;

    private long Pending
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _pending;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Events_GoOutInOrder_AndNoneOvertakesOneThatFails()
    {
        Answer = (n, _) => n < 4 ? Later() : WebhookResult.Delivered;
        Add(1, 2);
        Add(3);
        Assert.Equal(3, Pending);
        Pass(60);
        Assert.Equal([1, 1, 1, 1, 2, 3], _sent.Select(sent => int.Parse(sent.Id.Split(':')[1], null)));
        Assert.Equal(["1 TryAgain", "1 Delivered", "2 Delivered", "3 Delivered"], _told);
        Assert.Empty(_outbox.Unsent);
        Assert.Equal(0, Pending);
    }

    [Fact]
    public void Waits_GrowUpToAMinute()
    {
        Answer = (_, _) => Later();
        Add(1);
        Pass(3600);
        var waits = _sent.Zip(_sent.Skip(1), (one, next) => next.At - one.At).ToList();
        Assert.InRange(waits[0], 0.5, 1);
        Assert.InRange(waits[3], 4, 8);
        Assert.All(waits.Skip(7), wait => Assert.InRange(wait, 30, 60));
        Assert.Equal(["1 TryAgain"], _told);
    }

    [Fact]
    public void RetryAfter_IsKept()
    {
        Answer = (n, _) => n == 1 ? Later(TimeSpan.FromMinutes(5)) : WebhookResult.Delivered;
        Add(1);
        Assert.InRange((_outbox.NextTry - _start).TotalSeconds, 300, 302);
        Pass(299);
        Assert.Single(_sent);
        Pass(3);
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public void Refused_IsNotTriedAgain_AndHoldsNothingUp()
    {
        Answer = (n, _) => n == 1 ? new WebhookResult(WebhookOutcome.Refused, "http_400") : WebhookResult.Delivered;
        Add(1, 2);
        Assert.Equal(["1 Refused", "2 Delivered"], _told);
    }

    [Fact]
    public void DownForADay_IsGivenUpThen_NotBefore()
    {
        Answer = (_, _) => Later();
        Add(1, 2);
        Pass((23 * 3600) + 3500);
        Assert.Equal(2, _outbox.Count);
        Pass(200);
        Assert.Equal(["1 TryAgain", "1 GivenUp", "2 GivenUp"], _told);
        Assert.Equal((0, 0), (_outbox.Count, Pending));
    }

    [Fact]
    public void SenderThatThrows_LosesNothing()
    {
        Answer = (n, _) => n == 1 ? throw new InvalidOperationException("a defect") : WebhookResult.Delivered;
        Add(1);
        Pass(2);
        Assert.Equal(["1 TryAgain", "1 Delivered"], _told);
    }

    [Fact]
    public async Task Drained_WaitsForTheLast_ButNotForEver()
    {
        Answer = (n, _) => n < 5 ? Later() : WebhookResult.Delivered;
        Add(1);
        var impatient = TestTime.Alone(() => _outbox.Drained(TimeSpan.FromSeconds(2)));
        var patient = TestTime.Alone(() => _outbox.Drained(TimeSpan.FromMinutes(5)));
        Pass(60);
        Assert.False(await impatient.WaitAsync(Hooks.Patience));
        Assert.True(await patient.WaitAsync(Hooks.Patience));
        Assert.True(await _outbox.Drained(TimeSpan.Zero));
    }

    [Fact]
    public async Task LifetimeEnds_SendsNoMore_AndKeepsWhatIsLeft()
    {
        Answer = (_, _) => Later();
        Add(1, 2);
        var drained = TestTime.Alone(() => _outbox.Drained(TimeSpan.FromMinutes(5)));
        TestTime.Alone(() =>
        {
            _background.Stop();
            return true;
        });
        Pass(3600);
        Assert.Single(_sent);
        Assert.Equal((2, 0), (_outbox.Count, Pending));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained.WaitAsync(Hooks.Patience));
    }

    private static WebhookResult Later(TimeSpan? after = null) => new(WebhookOutcome.TryAgain, "http_503", after);

    private Task<WebhookResult> Send(WebhookEvent what)
    {
        _sent.Add((what.Id, (_time.GetUtcNow() - _start).TotalSeconds));
        return Task.FromResult(Answer(_sent.Count, what));
    }

    private void Add(params int[] numbers) => TestTime.Alone(() =>
    {
        _outbox.Add([.. numbers.Select(n => Hooks.Event(seq: n) with { CreatedAt = _time.GetUtcNow() })]);
        return true;
    });

    private void Pass(double seconds)
    {
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (_time.GetUtcNow() < end)
            _time.Step(end - _time.GetUtcNow());
    }
}
