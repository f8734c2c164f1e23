using System.Collections.Immutable;
using OrleansCalls.History;
using OrleansCalls.Push;

namespace OrleansCalls.Tests.Simulation;

/// <summary>History; storage keeps it with its rows.</summary>
internal sealed class SimHistory(World world) : ICallHistory
{
    public Dictionary<string, CallSession> Sessions { get; } = [];

    public void Add(CallSession session)
    {
        world.Oracle.HistoryWritten(session);
        Sessions.TryAdd(session.Call.CallId, session);
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<EndedCall?> Read(string callId, CancellationToken cancellation = default) => Task.FromResult<EndedCall?>(null);

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

/// <summary>The index of open calls; the storage keeps it with its rows, and reads of it fail.</summary>
internal sealed class SimOpenCalls(World world) : IOpenCallIndex
{
    private readonly SortedDictionary<string, DateTimeOffset> _rows = new(StringComparer.Ordinal);

    /// <summary>The calls in it.</summary>
    public IReadOnlyCollection<string> All => _rows.Keys;

    public void Set(string callId, DateTimeOffset? wakeAt)
    {
        if (wakeAt is { } at)
            _rows[callId] = at;
        else
            _rows.Remove(callId);
    }

    public Task<ImmutableArray<string>> List(int limit) => Task.FromResult<ImmutableArray<string>>([.. _rows.Keys.Take(limit)]);

    public Task<ImmutableArray<string>> Newest(int limit) => List(limit);

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit)
    {
        if (world.Hits(world.Weather.IndexFails, "index_read_fails"))
            throw new IOException("The index is away.");
        return Task.FromResult<ImmutableArray<string>>(
            [.. _rows.Where(row => row.Value <= now).OrderBy(row => row.Value).Select(row => row.Key).Take(limit)]);
    }
}

/// <summary>
/// Each silo takes itself for the only one: when it starts it wakes all open calls, which stands
/// for the watch for dead silos too.
/// </summary>
internal sealed class Loner : IClusterMembers
{
    public string Me => "me";

    public ImmutableArray<ClusterMember> All => [new ClusterMember { Address = Me, Status = "active" }];
}
