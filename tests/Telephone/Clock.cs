namespace OrleansCalls.Tests.Telephone;

/// <summary>
/// The time of day, which tests put forward; timers run as they do. A deadline that has passed counts with the next command.
/// </summary>
public sealed class Clock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Forward(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
