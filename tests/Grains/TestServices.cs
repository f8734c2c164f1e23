using System.Collections.Immutable;
using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;
using Orleans.Storage;

namespace OrleansCalls.Tests.Grains;

/// <summary>Storage that outlives silos, and fails when told to: before a write lands, or after.</summary>
public sealed class TestStorage(IGrainStorageSerializer serializer) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (int Version, BinaryData Bytes)> _rows = new();
    private int _writes;

    public int Writes => _writes;

    /// <summary>The index that it keeps.</summary>
    public TestOpenCalls OpenCalls { get; } = new();

    /// <summary>The history that it keeps.</summary>
    public TestHistory History { get; } = new();

    /// <summary>How many rows of a kind there are.</summary>
    public int Rows(string stateName) => _rows.Keys.Count(key => key.Item1 == stateName);

    /// <summary>Decides of each write whether it is lost before it lands, fails after it has landed, or is good.</summary>
    public Func<string, WriteFate> Fate { get; set; } = _ => WriteFate.Good;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = _rows.TryGetValue((stateName, grainId), out var row);
        grainState.State = found ? serializer.Deserialize<T>(row.Bytes) : Activator.CreateInstance<T>();
        grainState.ETag = found ? $"{row.Version}" : null;
        grainState.RecordExists = found;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Interlocked.Increment(ref _writes);
        var fate = Fate(stateName);
        if (fate == WriteFate.Lost)
            throw new IOException("The table is away.");
        var stored = _rows.TryGetValue((stateName, grainId), out var row) ? row.Version : 0;
        if ((grainState.ETag ?? "0") != $"{stored}")
            throw new InconsistentStateException("Written by another activation.", $"{stored}", grainState.ETag);
        _rows[(stateName, grainId)] = (stored + 1, serializer.Serialize(grainState.State));
        if (grainState.State is StoredCall call)
        {
            OpenCalls.Set(grainId.Key.ToString()!, call.WakeAt);
            if (call.Session is { } session)
                History.Add(session);
        }

        if (fate == WriteFate.LandedButFailed)
            throw new TimeoutException("The table did not answer.");
        grainState.ETag = $"{stored + 1}";
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }
}

public enum WriteFate
{
    Good,
    Lost,
    LandedButFailed,
}

/// <summary>History in memory.</summary>
public sealed class TestHistory : ICallHistory
{
    private readonly Channel<CallSession> _written = Channel.CreateUnbounded<CallSession>();

    public ConcurrentDictionary<string, CallSession> Sessions { get; } = new();

    public async Task<CallSession> Next() =>
        await _written.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

    /// <summary>What a storage does in the transaction of a call's row.</summary>
    public void Add(CallSession session)
    {
        if (Sessions.TryAdd(session.Call.CallId, session))
            _written.Writer.TryWrite(session);
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryPage { Items = [] });

    public Task<EndedCall?> Read(string callId, CancellationToken cancellation = default) => Task.FromResult<EndedCall?>(null);

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        Task.FromResult(new HistoryErasure());
}

/// <summary>The index of open calls, in memory.</summary>
public sealed class TestOpenCalls : IOpenCallIndex
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _rows = new();

    /// <summary>What a storage does in the transaction of a call's row.</summary>
    public void Set(string callId, DateTimeOffset? wakeAt)
    {
        if (wakeAt is { } at)
            _rows[callId] = at;
        else
            _rows.TryRemove(callId, out _);
    }

    public Task<ImmutableArray<string>> List(int limit) => Task.FromResult<ImmutableArray<string>>([.. _rows.Keys.Take(limit)]);

    public Task<ImmutableArray<string>> Newest(int limit) => List(limit);

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit) =>
        Task.FromResult<ImmutableArray<string>>([.. _rows.Where(row => row.Value <= now).Select(row => row.Key).Take(limit)]);
}

/// <summary>Hands every push to the test, and answers as the test says: takes it, if it says nothing.</summary>
public sealed class TestPushes : IPushSender
{
    private readonly Channel<PushMessage> _sent = Channel.CreateUnbounded<PushMessage>();

    public async Task<PushMessage> Next() =>
        await _sent.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

    public bool TryNext(out PushMessage? message) => _sent.Reader.TryRead(out message);

    public Func<PushMessage, CancellationToken, Task<PushResult>> Answer { get; set; } =
        (_, _) => Task.FromResult(PushResult.Accepted);

    public Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        _sent.Writer.TryWrite(message);
        return Answer(message, cancellation);
    }
}

/// <summary>A cluster of one.</summary>
public sealed class TestMembers : IClusterMembers
{
    public string Me => "me";

    public ImmutableArray<ClusterMember> All => [new ClusterMember { Address = Me, Status = "active" }];
}
