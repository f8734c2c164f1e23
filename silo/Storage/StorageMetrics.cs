using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.Storage;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// The latency of the database, on the meter <c>OrleansCalls</c>, with a span for each request if a listener is attached.
/// </summary>
internal sealed class StorageMetrics
{
    private static readonly string[] Storages = [CallStorage.Calls, "users", "history", "open_calls"];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failures;

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _duration = meter.CreateHistogram<double>(
            "orleanscalls.storage.duration", "s", "From a request to the storage to its answer.", null,
            new()
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _failures = meter.CreateCounter<long>(
            "orleanscalls.storage.failures", "{request}", "Requests that the storage did not carry out.");
        // A histogram cannot be initialised to 0, so an alert on one would miss the first failures of a process.
        foreach (var storage in Storages)
            _failures.Add(0, Of(storage));
    }

    /// <summary>Measures one request.</summary>
    /// <param name="storage"><c>calls</c>, <c>users</c>, <c>history</c> or <c>open_calls</c>.</param>
    /// <param name="operation"><c>read</c>, <c>write</c> or <c>clear</c>.</param>
    /// <param name="callId">The call concerned, if any.</param>
    /// <param name="request">The request.</param>
    public async Task<T> Measure<T>(string storage, string operation, string? callId, Func<Task<T>> request)
    {
        Task<T>? answer = null;
        await Measure(storage, operation, callId, () => (Task)(answer = request()));
        return await answer!;
    }

    /// <inheritdoc cref="Measure{T}"/>
    public async Task Measure(string storage, string operation, string? callId, Func<Task> request)
    {
        using var span = CallTrace.Start("storage", callId);
        span?.SetTag("storage", storage).SetTag("operation", operation);
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            await request();
            outcome = "ok";
        }
        catch (InconsistentStateException)
        {
            outcome = "conflict";
            throw;
        }
        finally
        {
            span.Outcome(outcome, failed: outcome != "ok");
            if (outcome == "failed")
                _failures.Add(1, Of(storage));
            _duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                Of(storage), new("operation", operation), new("outcome", outcome));
        }
    }

    private static KeyValuePair<string, object?> Of(string storage) => new("storage", storage);
}
