
namespace OrleansCalls.Tests.Webhooks;

/// <summary>The one way to retry, in virtual time: when work stops is what its method's name says.</summary>
public sealed class BackgroundTests
{
    private readonly TestTime _time = new();
    private readonly Background _background;
    private readonly List<double> _attempts = [];
    private readonly List<string> _failed = [];
    private readonly DateTimeOffset _start;

    public BackgroundTests()
    {
        _start = _time.GetUtcNow();
        _background = new Background("c1", _time, (work, exception) => _failed.Add($"{work}: {exception.Message}"));
    }

    [Fact]
    public async Task UntilDone_RepeatsWithGrowingPauses_UntilItSucceeds()
    {
        var done = TestTime.Alone(() => _background.UntilDone("a notice", () => Attempt(succeedsAt: 12)));
        Pass(3600);
        Assert.True(await done.WaitAsync(Hooks.Patience));
        Assert.Equal(12, _attempts.Count);
        Assert.Equal(Enumerable.Repeat("a notice: away", 11), _failed);
        var pauses = _attempts.Zip(_attempts.Skip(1), (one, next) => next - one).ToList();
        Assert.InRange(pauses[0], 0.05, 0.1);
        Assert.All(pauses.Skip(6), pause => Assert.InRange(pause, 2.5, 5));
    }

    [Fact]
    public async Task UntilDoneOrGivenUp_EndsAfterItsLastAttempt()
    {
        var done = TestTime.Alone(() => _background.UntilDoneOrGivenUp("a report", () => Attempt(succeedsAt: 100)));
        Pass(3600);
        Assert.False(await done.WaitAsync(Hooks.Patience));
        Assert.Equal(Background.MostAttempts, _attempts.Count);
        Assert.InRange(_attempts[^1], 3, 7);
    }

    [Fact]
    public async Task Stop_EndsAllWork_AndNothingBegins()
    {
        var done = TestTime.Alone(() => _background.UntilDone("a notice", () => Attempt(succeedsAt: 100)));
        Pass(1);
        var before = _attempts.Count;
        TestTime.Alone(() =>
        {
            _background.Stop();
            return true;
        });
        Pass(3600);
        var later = TestTime.Alone(() => _background.UntilDone("another", () => Attempt(succeedsAt: 1)));
        Assert.False(await done.WaitAsync(Hooks.Patience));
        Assert.False(await later.WaitAsync(Hooks.Patience));
        Assert.Equal(before, _attempts.Count);
    }

    private Task Attempt(int succeedsAt)
    {
        _attempts.Add((_time.GetUtcNow() - _start).TotalSeconds);
        return _attempts.Count == succeedsAt ? Task.CompletedTask : Task.FromException(new IOException("away"));
    }

    private void Pass(double seconds)
    {
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (_time.GetUtcNow() < end)
            _time.Step(end - _time.GetUtcNow());
    }
}
