namespace OrleansCalls.Tests.Support;

/// <summary>
/// The machine's clock, set ahead or back by the test; timers run as they do. For a whole service, whose timers have to go on.
/// </summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    /// <summary>How far it is ahead.</summary>
    public TimeSpan Shift
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
        set => Interlocked.Exchange(ref _ticks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

    public void Forward(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
