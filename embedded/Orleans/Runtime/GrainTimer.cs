using System.Diagnostics;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A timer whose ticks are requests of its grain. The period runs from the end of one tick.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private static readonly MethodInfo Callback = typeof(GrainTimer).GetMethod(nameof(Run))!;
    private static readonly MethodInfo InterleavedCallback = typeof(GrainTimer).GetMethod(nameof(RunInterleaved))!;

    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private int _changes;
    private bool _disposed;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _period = options.Period;
        activation.Add(this);
        _timer = activation.Silo.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Due(), this, options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _changes++;
        _period = period;
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
        _activation.Remove(this);
    }

    /// <summary>A tick as a request. The timer itself is the argument, since the grain is the target.</summary>
    public Message NewTick()
    {
        var method = GrainMethod.Of(_options.Interleave ? InterleavedCallback : Callback);
        return new Message(_activation.Id, method, [this], method.NewAnswer(), _activation.Silo);
    }

    [Concurrency.OneWay]
    public static Task Run(GrainTimer timer) => timer.Tick();

    [Concurrency.OneWay, Concurrency.AlwaysInterleave]
    public static Task RunInterleaved(GrainTimer timer) => timer.Tick();

    private void Due()
    {
        // A tick belongs to no trace, least of all to that of whoever set the timer.
        if (Activity.Current is not null)
            Activity.Current = null;
        if (!_disposed)
            _activation.Tick(this);
    }

    private async Task Tick()
    {
        if (_disposed)
            return;
        var changes = _changes;
        if (_options.KeepAlive)
            _activation.Use();
        try
        {
            await _callback(_activation.Stopped);
        }
        catch (Exception exception)
        {
            _activation.Silo.LogTimerFailed(exception, _activation.Id);
        }

        if (!_disposed && _changes == changes && _period != Timeout.InfiniteTimeSpan)
            _timer.Change(_period, Timeout.InfiniteTimeSpan);
    }
}
