using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// Metrics of calls from the telephone network, on the meter <c>OrleansCalls</c> and as the four figures of dialect
/// <c>telephone</c>.
/// </summary>
public sealed class TelephoneMetrics
{
    /// <summary>An app that needs longer than this to be ready had to be launched.</summary>
    public static readonly TimeSpan BackgroundLaunch = TimeSpan.FromSeconds(5);

    private readonly Counter<long> _total;
    private readonly Counter<long> _successful;
    private readonly Counter<long> _launches;
    private readonly Histogram<double> _readyTime;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private CallFigures _figures = new();
    private TimeSpan _readyTimes;
    private long _ready;

    /// <summary>Creates the instruments.</summary>
    public TelephoneMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _total = meter.CreateCounter<long>("orleanscalls.telephone.calls", "{call}", "Calls out of the telephone network.");
        _successful = meter.CreateCounter<long>(
            "orleanscalls.telephone.successful_calls", "{call}", "Those that were connected to an app.");
        _launches = meter.CreateCounter<long>(
            "orleanscalls.telephone.background_launches", "{call}",
            "Those whose app took more than 5 s to be ready, so that it had to be launched.");
        _readyTime = meter.CreateHistogram(
            "orleanscalls.telephone.ready_time", "s", "From the start of a call to an app that is ready for it.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60] });
    }

    /// <summary>
    /// Counts a call that this process handles and that is not connected yet. The figures are per process: calls begun by
    /// another process are included with their outcome; a call that returns to this process counts once.
    /// </summary>
    /// <param name="callId">The call.</param>
    /// <param name="begins">False if another process, or an earlier run, has counted the call as begun.</param>
    public void Took(string callId, bool begins)
    {
        lock (_lock)
        {
            if (!_taken.Add(callId))
                return;
            _figures = _figures with { TotalCalls = _figures.TotalCalls + 1 };
        }

        if (begins)
            _total.Add(1);
    }

    /// <summary>Forgets a call that has ended.</summary>
    public void Over(string callId)
    {
        lock (_lock)
            _taken.Remove(callId);
    }

    /// <summary>Forgets all calls but these; the others ended while another process handled them.</summary>
    public void Keep(IEnumerable<string> callIds)
    {
        lock (_lock)
            _taken.IntersectWith(callIds);
    }

    /// <summary>Records that an app is ready for its call.</summary>
    public void Ready(TimeSpan after)
    {
        _readyTime.Record(after.TotalSeconds);
        var launched = after > BackgroundLaunch;
        if (launched)
            _launches.Add(1);
        lock (_lock)
        {
            _readyTimes += after;
            _figures = _figures with
            {
                BackgroundLaunches = _figures.BackgroundLaunches + (launched ? 1 : 0),
                AverageReadyTime = Math.Round((_readyTimes / ++_ready).TotalMilliseconds),
            };
        }
    }

    /// <summary>Records that caller and app are bridged.</summary>
    public void Connected()
    {
        _successful.Add(1);
        lock (_lock)
            _figures = _figures with { SuccessfulCalls = _figures.SuccessfulCalls + 1 };
    }

    /// <summary>Returns the current figures.</summary>
    public CallFigures Read()
    {
        lock (_lock)
            return _figures;
    }
}

/// <summary>The figures under the names of dialect <c>telephone</c>.</summary>
public sealed record CallFigures
{
    /// <summary>Calls from the telephone network, including those taken over before they were connected.</summary>
    [JsonPropertyName("total_calls")] public long TotalCalls { get; init; }

    /// <summary>Connected calls.</summary>
    [JsonPropertyName("successful_calls")] public long SuccessfulCalls { get; init; }

    /// <summary>Calls whose app needed more than 5 s to be ready.</summary>
    [JsonPropertyName("background_launches")] public long BackgroundLaunches { get; init; }

    /// <summary>Mean time from the start of a call to a ready app, in milliseconds.</summary>
    [JsonPropertyName("average_ready_time")] public double AverageReadyTime { get; init; }
}
