using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.Storage;

namespace OrleansCalls.Silo.Storage;

/// <summary>How long the database takes, on the meter <c>OrleansCalls</c>; with a span for each request while anybody listens.</summary>
internal sealed class StorageMetrics
{
    private readonly Histogram<double> _duration;

    public StorageMetrics(IMeterFactory meters) => _duration = meters.Create(CallTrace.Name).CreateHistogram<double>(
        "orleanscalls.storage.duration", "s", "From a request to the storage to its answer.", null,
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    /// <summary>Measures one request.</summary>
    /// <param name="storage"><c>calls</c>, <c>users</c>, <c>history</c> or <c>open_calls</c>.</param>
    /// <param name="operation"><c>read</c>, <c>write</c> or <c>clear</c>.</param>
    /// <param name="callId">The call that it is about, if it is about one.</param>
    /// <param name="request">The request.</param>
    public async Task<T> Measure<T>(string storage, string operation, string? callId, Func<Task<T>> request)
    {
        using var span = CallTrace.Start("storage", callId);
        span?.SetTag("storage", storage).SetTag("operation", operation);
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await request();
            outcome = "ok";
            return answer;
        }
        catch (InconsistentStateException)
        {
            outcome = "conflict";
            throw;
        }
        finally
        {
            span.Outcome(outcome, failed: outcome != "ok");
            _duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("storage", storage), new("operation", operation), new("outcome", outcome));
        }
    }
}
