using Microsoft.Extensions.Configuration;
using OrleansCalls.Gateway.Calls;
using OrleansCalls.Gateway.Delivery;
using OrleansCalls.Gateway.Hosting;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// Whoever sends a command is answered within the gateway's patience, whatever becomes of the silo that it is for.
/// </summary>
public sealed class GrainRetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly TestTime _time = new();
    private readonly ClusterChanges _changes = new();
    private readonly GrainRetry _persevering;
    private readonly TaskCompletionSource<int> _never = new();
    private int _tries;

    public GrainRetryTests() =>
        _persevering = new GrainRetry(
        SettingsReader.Read(new ConfigurationBuilder().Build(), settings => GatewayOptions.Read(settings, development: false)),
        _changes, _time);

    [Fact]
    public async Task Question_ThatNobodyAnswers_IsUnavailableWhenPatienceEnds()
    {
        var waited = await Waited<TimeoutException>(() => _never.Task);
        Assert.Equal(Patience, waited);
        Assert.Equal(1, _tries);
    }

    /// <summary>The try that begins last is not given its full time: the patience is for all of them together.</summary>
    [Fact]
    public async Task Question_ThatIsRefusedAndThenNotAnswered_IsUnavailableWhenPatienceEnds()
    {
        var waited = await Waited<TimeoutException>(
            () => _tries < 5 ? Task.FromException<int>(new Orleans.Runtime.SiloUnavailableException("It stops.")) : _never.Task);
        Assert.Equal(Patience, waited);
        Assert.Equal(5, _tries);
    }

    [Fact]
    public async Task Question_ThatIsAlwaysRefused_IsGivenUpWithinThePatience()
    {
        var waited = await Waited<Orleans.Runtime.SiloUnavailableException>(
            () => Task.FromException<int>(new Orleans.Runtime.SiloUnavailableException("It is gone.")));
        Assert.InRange(waited, Patience - TimeSpan.FromSeconds(1), Patience);
        Assert.InRange(_tries, 8, 16);
    }

    [Fact]
    public async Task Question_ThatIsAnsweredLater_IsAnswered() => Assert.Equal(4, await Asked(
        () => _tries < 4 ? Task.FromException<int>(new Orleans.Runtime.OrleansException("It moves.")) : Task.FromResult(_tries)));

    /// <summary>As Orleans answers what has waited too long for a place while silos stop.</summary>
    [Fact]
    public async Task Question_ThatOrleansGaveUp_IsAskedAgain() => Assert.Equal(2, await Asked(
        () => _tries < 2
            ? Task.FromException<int>(new OperationCanceledException("Message expired."))
            : Task.FromResult(_tries)));

    [Fact]
    public async Task Question_ThatMustNotBeHeardTwice_IsNotAskedAgain()
    {
        await Waited<TimeoutException>(() => Task.FromException<int>(new TimeoutException()), repeatable: false);
        Assert.Equal(1, _tries);
    }

    /// <summary>
    /// A silo that hangs keeps its connections: nothing but the news that it is dead ends the wait for its answer.
    /// </summary>
    [Fact]
    public async Task Question_UnderWayWhenASiloGoes_IsAskedAnewAtOnce()
    {
        var began = _time.GetUtcNow();
        Assert.Equal(2, await Asked(() =>
        {
            if (_tries > 1)
                return Task.FromResult(_tries);
            _changes.Signal(isLoss: true);
            return _never.Task;
        }));
        Assert.Equal(began, _time.GetUtcNow());
    }

    [Fact]
    public async Task Question_ThatMustNotBeHeardTwice_IsAskedAnewOnlyOnceItIsSurelyLost()
    {
        var began = _time.GetUtcNow();
        Assert.Equal(2, await Asked(
            () =>
            {
                if (_tries > 1)
                    return Task.FromResult(_tries);
                _changes.Signal(isLoss: true);
                return _never.Task;
            },
            repeatable: false));
        Assert.Equal(TimeSpan.FromSeconds(1), _time.GetUtcNow() - began);
    }

    [Fact]
    public async Task Question_ThatMustNotBeHeardTwice_IsNotAskedAgainByAChangeElsewhere()
    {
        var answer = new TaskCompletionSource<int>();
        var asking = TestTime.Alone(() => _persevering.Ask(
            () =>
            {
                _tries++;
                _changes.Signal(isLoss: true);
                return answer.Task;
            },
            repeatable: false));
        answer.SetResult(7);
        Assert.Equal(7, await asking);
        Assert.Equal(1, _tries);
    }

    [Fact]
    public void Silence_IsUnavailableWithATimeToComeBack()
    {
        var error = Faults.ToError(new TimeoutException(), "");
        Assert.Equal(CallErrorCode.Unavailable, error.Code);
        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 1, 10);
    }

    /// <summary>How long it took until the asker got this exception.</summary>
    private async Task<TimeSpan> Waited<T>(Func<Task<int>> answer, bool repeatable = true)
        where T : Exception
    {
        var began = _time.GetUtcNow();
        await Assert.ThrowsAsync<T>(() => Asked(answer, repeatable));
        return _time.GetUtcNow() - began;
    }

    private async Task<int> Asked(Func<Task<int>> answer, bool repeatable = true)
    {
        var asking = TestTime.Alone(() => _persevering.Ask(
            () =>
            {
                _tries++;
                return answer();
            },
            repeatable));
        await _time.Until(asking, TimeSpan.FromMinutes(1));
        return await asking;
    }
}
