using System.Diagnostics.Metrics;

namespace OrleansCalls.Calls;

/// <summary>The calls' instruments, on the meter <c>OrleansCalls</c>.</summary>
public sealed class CallMetrics
{
    private readonly Counter<long> _started;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _acks;
    private readonly Histogram<double> _lateness;
    private readonly RejectReasons _reasons = new();

    /// <summary>Makes the instruments.</summary>
    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("OrleansCalls");
        _started = meter.CreateCounter<long>("calls_started", "{call}", "Calls that were started.");
        _ended = meter.CreateCounter<long>("calls_ended", "{call}", "Calls that ended, by reason.");
        _rejected = meter.CreateCounter<long>("calls_rejected", "{callee}", "Callees who declined, by what they gave as their reason.");
        _acks = meter.CreateCounter<long>("ring_acks", "{device}", "Devices that said they were alerting.");
        _lateness = meter.CreateHistogram<double>("deadline_lateness", "s", "How late deadlines were acted upon.");
    }

    /// <summary>A call was started.</summary>
    public void Started() => _started.Add(1);

    /// <summary>A call ended.</summary>
    public void Ended(EndReason reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", Words.Snake(reason)));

    /// <summary>A callee declined.</summary>
    /// <returns>What the reason is counted as.</returns>
    public string Rejected(string? reason)
    {
        var name = _reasons.Name(reason);
        _rejected.Add(1, new KeyValuePair<string, object?>("reason", name));
        return name;
    }

    /// <summary>A device acknowledged a ring.</summary>
    public void Acked() => _acks.Add(1);

    /// <summary>A deadline was acted upon so long after it was due.</summary>
    public void Late(TimeSpan lateness) => _lateness.Record(lateness.TotalSeconds);
}
