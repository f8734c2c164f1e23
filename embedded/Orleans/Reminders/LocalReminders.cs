using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>Ticks the reminders of the table. A first tick that was missed comes at the next full period, as in the original.</summary>
internal sealed class LocalReminders(IReminderTable table, Silo silo, IOptions<ReminderOptions> options)
{
    private readonly ConcurrentDictionary<(GrainId, string), ITimer> _timers = new();

    public async Task Start(CancellationToken cancellation)
    {
        await table.StartAsync(cancellation);
        foreach (var entry in (await table.ReadRows(0, 0)).Reminders)
            Arm(entry);
    }

    public void Stop()
    {
        foreach (var timer in _timers.Values)
            timer.Dispose();
        _timers.Clear();
    }

    public async Task<IGrainReminder> Register(GrainId grainId, string name, TimeSpan dueTime, TimeSpan period)
    {
        if (period < options.Value.MinimumReminderPeriod)
            throw new ArgumentException($"A reminder's period is {options.Value.MinimumReminderPeriod} at least.", nameof(period));
        var entry = new ReminderEntry
        {
            GrainId = grainId, ReminderName = name, StartAt = silo.Time.GetUtcNow().UtcDateTime + dueTime, Period = period,
        };
        entry.ETag = await table.UpsertRow(entry);
        Arm(entry);
        return new Reminder(name, entry.ETag);
    }

    public async Task<IGrainReminder?> Get(GrainId grainId, string name) =>
        await table.ReadRow(grainId, name) is { } entry ? new Reminder(name, entry.ETag) : null;

    public async Task Unregister(GrainId grainId, IGrainReminder reminder)
    {
        if (!await table.RemoveRow(grainId, reminder.ReminderName, ((Reminder)reminder).ETag!))
            throw new OrleansException($"The reminder {reminder.ReminderName} of {grainId} is not the one that is stored.");
        if (_timers.TryRemove((grainId, reminder.ReminderName), out var timer))
            timer.Dispose();
    }

    private void Arm(ReminderEntry entry)
    {
        var now = silo.Time.GetUtcNow().UtcDateTime;
        var next = entry.StartAt;
        if (next < now)
            next += entry.Period * Math.Ceiling((now - next) / entry.Period);
        var timer = silo.Time.CreateTimer(_ => Tick(entry), null, next - now, entry.Period);
        _timers.AddOrUpdate((entry.GrainId, entry.ReminderName), timer, (_, old) =>
        {
            old.Dispose();
            return timer;
        });
    }

    private void Tick(ReminderEntry entry)
    {
        var status = new TickStatus(entry.StartAt, entry.Period, silo.Time.GetUtcNow().UtcDateTime);
        // A tick that fails is not repeated; the next one comes with the period.
        _ = silo.Factory.GetGrain<IRemindable>(entry.GrainId).ReceiveReminder(entry.ReminderName, status)
            .ContinueWith(tick => tick.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
    }

    private sealed record Reminder(string ReminderName, string? ETag) : IGrainReminder;
}
