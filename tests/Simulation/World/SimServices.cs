using System.Collections.Immutable;
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

/// <summary>The index of open calls; it outlives silos, and fails.</summary>
internal sealed class SimOpenCalls(World world) : IOpenCallIndex
{
    private readonly SortedDictionary<string, DateTimeOffset> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _landed = [];

    /// <summary>The calls in it.</summary>
    public IReadOnlyCollection<string> All => _rows.Keys;

    /// <summary>Whether a call has ever been in it.</summary>
    public bool HasLanded(string callId) => _landed.Contains(callId);

    public Task Keep(string callId, DateTimeOffset wakeAt)
    {
        Fail("index_keep_fails");
        _rows[callId] = wakeAt;
        _landed.Add(callId);
        Fail("index_kept_but_failed");
        return Task.CompletedTask;
    }

    public Task Drop(string callId)
    {
        Fail("index_drop_fails");
        _rows.Remove(callId);
        Fail("index_dropped_but_failed");
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<string>> List(int limit) => Task.FromResult<ImmutableArray<string>>([.. _rows.Keys.Take(limit)]);

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit)
    {
        Fail("index_read_fails");
        return Task.FromResult<ImmutableArray<string>>(
            [.. _rows.Where(row => row.Value <= now).OrderBy(row => row.Value).Select(row => row.Key).Take(limit)]);
    }

    private void Fail(string fault)
    {
        if (world.Hits(world.Weather.IndexFails, fault))
            throw new IOException("The index is away.");
    }
}
