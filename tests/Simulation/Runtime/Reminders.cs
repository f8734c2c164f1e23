using Orleans.Timers;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The reminders of the cluster: they outlive silos. Each belongs to one silo that is up; while its silo is down and the others
/// have not noticed, or none is up, its ticks are lost, and the next one comes with the period.
/// </summary>
internal sealed class Reminders(SimulatedCluster cluster) : IReminderRegistry
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(GrainId, string), (Reminder Reminder, ITimer Timer)> _rows = [];
    private int _version;

    public async Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        if (period < ShortestPeriod)
            throw new ArgumentException($"A reminder's period is {ShortestPeriod} at least.", nameof(period));
        await Task.Yield();
        var startAt = cluster.Time.GetUtcNow().UtcDateTime + dueTime;
        var reminder = new Reminder(reminderName, ++_version);
        if (_rows.Remove((callingGrainId, reminderName), out var old))
            await old.Timer.DisposeAsync();
        _rows[(callingGrainId, reminderName)] = (reminder, cluster.Time.CreateTimer(
            _ => Tick(callingGrainId, reminderName, new TickStatus(startAt, period, cluster.Time.GetUtcNow().UtcDateTime)),
            null, dueTime, period));
        return reminder;
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        await Task.Yield();
        if (!_rows.TryGetValue((callingGrainId, reminder.ReminderName), out var row) || !row.Reminder.Equals(reminder))
            throw new OrleansException(
                $"The reminder {reminder.ReminderName} of {callingGrainId} is not the one that is stored.");
        await row.Timer.DisposeAsync();
        _rows.Remove((callingGrainId, reminder.ReminderName));
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        await Task.Yield();
        return _rows.TryGetValue((callingGrainId, reminderName), out var row) ? row.Reminder : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        await Task.Yield();
        return [.. _rows.Where(row => row.Key.Item1 == callingGrainId).Select(row => row.Value.Reminder)];
    }

    private void Tick(GrainId grainId, string name, TickStatus status)
    {
        if (cluster.OwnerOf(grainId) is not { } owner)
            return;
        // A tick that fails is not repeated.
        _ = owner.Processes.Run(async () =>
        {
            try
            {
                await owner.Factory.GetGrain<IRemindable>(grainId).ReceiveReminder(name, status);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // The next tick comes with the period.
            }
        });
    }

    private sealed record Reminder(string ReminderName, int Version) : IGrainReminder;
}
