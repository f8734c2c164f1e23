using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <inheritdoc cref="ISweepGrain"/>
public sealed partial class SweepGrain(IOpenCallIndex index, OpenCallWaker waker, TimeProvider time, ILogger<SweepGrain> logger)
    : Grain, ISweepGrain, IRemindable
{
    private const string Reminder = "sweep";
    private const int Page = 1000;
    private const int Pages = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public async Task Begin()
    {
        // Setting it again would put its next tick off, and silos that start one after another would put it off for as long.
        if (await this.GetReminder(Reminder) is null)
            await this.RegisterOrUpdateReminder(Reminder, Period, Period);
    }

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            // Whoever is woken gets another time, or goes, so that the next page holds others; what fails is tried by the next sweep.
            for (var page = 0; page < Pages; page++)
            {
                var due = await index.Due(time.GetUtcNow(), Page);
                if (await waker.Wake(due, call => call.Wake(), CancellationToken.None) < due.Length || due.Length < Page)
                    return;
            }
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(1110, LogLevel.Warning, "The sweep over open calls failed; the next one is due in a minute", EventName = "SweepFailed")]
    private partial void LogFailed(Exception exception);
}
