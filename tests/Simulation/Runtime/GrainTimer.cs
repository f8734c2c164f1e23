using Orleans.Serialization.Invocation;
using Orleans.Timers;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>Makes the timers of grains.</summary>
internal sealed class TimerRegistry : ITimerRegistry
{
    public IDisposable RegisterTimer(
        IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        RegisterGrainTimer(
            grainContext, (state, _) => callback(state), state,
            new GrainTimerCreationOptions(dueTime, period) { Interleave = true });

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state,
        GrainTimerCreationOptions options) =>
        new GrainTimer((Activation)grainContext, cancellation => callback(state, cancellation), options);
}

/// <summary>A timer whose ticks are turns of its grain. As in Orleans, the period runs from the end of one tick.</summary>
internal sealed class GrainTimer : WorkItem, IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isFiring;
    private bool _isChanged;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _period = options.Period;
        activation.Add(this);
        _timer = activation.Silo.Cluster.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Due(), this, options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public override bool AlwaysInterleaves => _options.Interleave;

    public override bool IsTick => true;

    /// <summary>From a tick that is due or under way on, a change takes effect when that tick is over.</summary>
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        _isChanged = true;
        (_dueTime, _period) = (dueTime, period);
        if (!_isFiring && !_stopped.IsCancellationRequested)
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _timer.Dispose();
        _activation.Remove(this);
    }

    public override async ValueTask<Response> Invoke(Activation target)
    {
        if (_stopped.IsCancellationRequested)
            return Response.Completed;
        _isChanged = false;
        try
        {
            await _callback(_stopped.Token);
            return Response.Completed;
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
        finally
        {
            _isFiring = false;
            if (!_stopped.IsCancellationRequested)
                _timer.Change(_isChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
        }
    }

    private void Due()
    {
        _isFiring = true;
        if (_options.KeepAlive)
            _activation.Use();
        _activation.ReceiveMessage(this);
    }
}
