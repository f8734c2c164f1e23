using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <inheritdoc cref="ISweepGrain"/>
public sealed partial class SweepGrain(IOpenCallIndex index, OpenCallWaker waker, TimeProvider time, ILogger<SweepGrain> logger)
    : Grain, ISweepGrain, IRemindable
{
    private const string Reminder = "sweep";
    private const int Most = 100_000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public async Task Begin()
    {
        // Registering it again would postpone its next tick, with each silo of a rolling start.
        if (await this.GetReminder(Reminder) is null)
            await this.RegisterOrUpdateReminder(Reminder, Period, Period);
    }

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            await waker.Wake(await index.Due(time.GetUtcNow(), Most));
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(1110, LogLevel.Warning, "The sweep over open calls failed; retrying in a minute", EventName = "SweepFailed")]
    private partial void LogFailed(Exception exception);
}
