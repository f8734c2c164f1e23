using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>How calls out of the telephone network go, on the meter <c>OrleansCalls</c> and as the four figures of document 004.</summary>
public sealed class TelephoneMetrics
{
    /// <summary>An app that takes longer than this to be ready had to be launched.</summary>
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

    /// <summary>Makes the instruments.</summary>
    public TelephoneMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _total = meter.CreateCounter<long>("orleanscalls.telephone.calls", "{call}", "Calls out of the telephone network.");
        _successful = meter.CreateCounter<long>("orleanscalls.telephone.successful_calls", "{call}", "Those that were connected to an app.");
        _launches = meter.CreateCounter<long>(
            "orleanscalls.telephone.background_launches", "{call}", "Those whose app took more than 5 s to be ready, so that it had to be launched.");
        _readyTime = meter.CreateHistogram("orleanscalls.telephone.ready_time", "s", "From the start of a call to an app that is ready for it.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60] });
    }

    /// <summary>
    /// This process looks after a call that is not connected yet. The figures are this process' own, so that one which another process
    /// began is in them, like all that comes of it; a call that this process comes back to counts once.
    /// </summary>
    /// <param name="callId">The call.</param>
    /// <param name="begins">False when another process, or a life before this one, has counted it as begun.</param>
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

    /// <summary>A call is over.</summary>
    public void Over(string callId)
    {
        lock (_lock)
            _taken.Remove(callId);
    }

    /// <summary>These are all calls that there are; others were over while another process looked after them.</summary>
    public void Keep(IEnumerable<string> callIds)
    {
        lock (_lock)
            _taken.IntersectWith(callIds);
    }

    /// <summary>An app is ready for its call.</summary>
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

    /// <summary>Caller and app hear each other.</summary>
    public void Connected()
    {
        _successful.Add(1);
        lock (_lock)
            _figures = _figures with { SuccessfulCalls = _figures.SuccessfulCalls + 1 };
    }

    /// <summary>The figures as they are now.</summary>
    public CallFigures Read()
    {
        lock (_lock)
            return _figures;
    }
}

/// <summary>The document's figures, under its names.</summary>
public sealed record CallFigures
{
    /// <summary>Calls out of the telephone network, those that were taken over before they were connected among them.</summary>
    [JsonPropertyName("total_calls")] public long TotalCalls { get; init; }

    /// <summary>Those that were connected.</summary>
    [JsonPropertyName("successful_calls")] public long SuccessfulCalls { get; init; }

    /// <summary>Those whose app was ready later than 5 s.</summary>
    [JsonPropertyName("background_launches")] public long BackgroundLaunches { get; init; }

    /// <summary>From the start of a call to a ready app, in milliseconds.</summary>
    [JsonPropertyName("average_ready_time")] public double AverageReadyTime { get; init; }
}
