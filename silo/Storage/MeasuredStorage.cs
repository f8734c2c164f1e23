using System.Collections.Immutable;
using Orleans.Storage;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage;

/// <summary>Measures the requests to a grain storage.</summary>
internal sealed class MeasuredStorage(string storage, IGrainStorage inner, StorageMetrics metrics) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure("read", grainId, () => inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure("write", grainId, () => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure("clear", grainId, () => inner.ClearStateAsync(stateName, grainId, grainState));

    private Task Measure(string operation, GrainId grainId, Func<Task> request) =>
        metrics.Measure(storage, operation, storage == CallStorage.Calls ? grainId.Key.ToString() : null, request);
}

/// <summary>Measures the requests to the history.</summary>
internal sealed class MeasuredHistory(ICallHistory inner, StorageMetrics metrics) : ICallHistory
{
    private const string Storage = "history";

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) =>
        metrics.Measure(Storage, "read", null, () => inner.ForUser(userId, query, cancellation));

    public Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default) =>
        metrics.Measure(Storage, "read", null, () => inner.Find(search, cancellation));

    public Task<EndedCall?> Read(string callId, CancellationToken cancellation = default) =>
        metrics.Measure(Storage, "read", callId, () => inner.Read(callId, cancellation));

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        metrics.Measure(Storage, "clear", null, () => inner.Erase(userId, alias, limit, cancellation));
}

/// <summary>Measures the requests to the index of open calls.</summary>
internal sealed class MeasuredOpenCalls(IOpenCallIndex inner, StorageMetrics metrics) : IOpenCallIndex
{
    private const string Storage = "open_calls";

    public Task<ImmutableArray<string>> List(int limit) => metrics.Measure(Storage, "read", null, () => inner.List(limit));

    public Task<ImmutableArray<string>> Newest(int limit) => metrics.Measure(Storage, "read", null, () => inner.Newest(limit));

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit) =>
        metrics.Measure(Storage, "read", null, () => inner.Due(now, limit));
}
