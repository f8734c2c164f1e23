using OrleansCalls.History;
using OrleansCalls.Push;

namespace OrleansCalls.Tests.Simulation;

/// <summary>History that fails and is slow.</summary>
internal sealed class SimHistory(World world) : ICallHistory
{
    public Dictionary<string, CallSession> Sessions { get; } = [];

    public async Task Write(CallSession session, CancellationToken cancellation = default)
    {
        if (world.Hits(world.Weather.HistorySlow, "history_slow"))
            await Task.Delay(TimeSpan.FromSeconds(world.Between(0.1, 4)), world.Time, CancellationToken.None);
        if (world.Hits(world.Weather.HistoryFails / 2, "history_fails"))
            throw new IOException("The history is away.");
        world.Oracle.HistoryWritten(session);
        Sessions.TryAdd(session.Call.CallId, session);
        if (world.Hits(world.Weather.HistoryFails / 2, "history_written_but_failed"))
            throw new TimeoutException("The history did not answer.");
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<HistoryPage> ForAll(HistoryQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryErasure());
}

/// <summary>A push provider that wakes devices, or does not.</summary>
internal sealed class SimPushes(World world) : IPushSender
{
    public async Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        world.Note($"push {message.Type} {message.CallId} {message.UserId}/{message.DeviceId}");
        world.Oracle.Pushed(message);
        if (world.Hits(world.Weather.PushSlow, "push_slow"))
            await Task.Delay(TimeSpan.FromSeconds(world.Between(0.1, 12)), world.Time, cancellation);
        if (world.Hits(world.Weather.PushFails, "push_fails"))
        {
            world.Oracle.Refused(message);
            return world.Chance(0.2)
                ? new PushResult { Error = "unregistered", TokenUnregistered = true }
                : new PushResult { Error = "unavailable" };
        }

        if (message.Type == PushType.CallIncoming && world.FindDevice(message.UserId, message.DeviceId) is { } device)
            world.After(world.Between(0.05, 4), () => device.Woken(message));
        return PushResult.Accepted;
    }
}

/// <summary>The reminder table; it outlives silos, fails, and answers in an order that does not hang on hash codes.</summary>
internal sealed class SimReminders(World world) : IReminderTable
{
    private readonly MemoryReminderTable _rows = new();
    private readonly HashSet<string> _landed = [];

    /// <summary>Whether a call has ever had a reminder.</summary>
    public bool HasLanded(string callId) => _landed.Contains(callId);

    public async Task<ReminderTableData> ReadRows(GrainId grainId) => Sorted(await _rows.ReadRows(grainId));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => Sorted(await _rows.ReadRows(begin, end));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        Fail("reminder_read_fails");
        return _rows.ReadRow(grainId, reminderName);
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        Fail("reminder_write_fails");
        var etag = await _rows.UpsertRow(entry);
        _landed.Add(entry.GrainId.Key.Value);
        Fail("reminder_landed_but_failed");
        return etag;
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        Fail("reminder_remove_fails");
        var removed = await _rows.RemoveRow(grainId, reminderName, eTag);
        Fail("reminder_removed_but_failed");
        return removed;
    }

    public Task TestOnlyClearTable() => _rows.TestOnlyClearTable();

    private static ReminderTableData Sorted(ReminderTableData rows) =>
        new(rows.Reminders.OrderBy(row => row.GrainId.ToString(), StringComparer.Ordinal));

    private void Fail(string fault)
    {
        if (world.Hits(world.Weather.ReminderFails, fault))
            throw new IOException("The reminders are away.");
    }
}
