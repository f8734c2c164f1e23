using System.Diagnostics.Metrics;

namespace OrleansCalls.Calls;

/// <summary>
/// The instruments of calls and users, on the meter <c>OrleansCalls</c>; silo/Telemetry/README.md describes each.
/// </summary>
public sealed class CallMetrics
{
    /// <summary>A deadline applied later than this counts as late.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMilliseconds(250);

    private static readonly InstrumentAdvice<double> Latencies =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    private static readonly InstrumentAdvice<double> Losses = new()
    {
        HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 20, 50],
    };

    private readonly Counter<long> _started;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _acks;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _late;
    private readonly Counter<long> _expired;
    private readonly Histogram<double> _toIncoming;
    private readonly Histogram<double> _toRejected;
    private readonly Histogram<double> _toActive;
    private readonly Histogram<double> _loss;
    private readonly Histogram<double> _roundTrip;
    private readonly Histogram<double> _jitter;
    private readonly Counter<long> _ratings;
    private readonly int[] _open = new int[(int)CallPhase.Ended];
    private int _outbox;

    /// <summary>Creates the instruments.</summary>
    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _started = meter.CreateCounter<long>("orleanscalls.calls.started", "{call}", "Calls that were started.");
        _ended = meter.CreateCounter<long>("orleanscalls.calls.ended", "{call}", "Calls that ended, by reason.");
        _rejected = meter.CreateCounter<long>(
            "orleanscalls.calls.rejected", "{callee}", "Callees who declined, by what they gave as their reason.");
        _acks = meter.CreateCounter<long>("orleanscalls.ring.acks", "{device}", "Devices that said they were alerting.");
        _lateness = meter.CreateHistogram(
            "orleanscalls.deadline.lateness", "s", "How late deadlines were acted upon.", null, Latencies);
        _late = meter.CreateCounter<long>(
            "orleanscalls.deadlines.late", "{deadline}", "Deadlines acted upon more than 250 ms late.");
        _expired = meter.CreateCounter<long>(
            "orleanscalls.leases.expired", "{connection}", "Connections that were not renewed in time.");
        _toIncoming = meter.CreateHistogram(
            "orleanscalls.invite_to_incoming", "s",
            "From StartCall at the call to its CallIncoming in the queue of a callee's socket.", null, Latencies);
        _toRejected = meter.CreateHistogram(
            "orleanscalls.reject_to_rejected", "s",
            "From RejectCall at the call to CallRejected on its way to the caller's sockets.", null, Latencies);
        _toActive = meter.CreateHistogram(
            "orleanscalls.accept_to_active", "s", "From the accept to the call being active and written.", null, Latencies);
        _loss = meter.CreateHistogram(
            "orleanscalls.media.loss", "%",
            "Packets that did not arrive, in the mean of a party's call, by route.", null, Losses);
        _roundTrip = meter.CreateHistogram(
            "orleanscalls.media.round_trip", "s",
            "Round trip of media, in the mean of a party's call, by route.", null, Latencies);
        _jitter = meter.CreateHistogram(
            "orleanscalls.media.jitter", "s", "Jitter of sound, in the mean of a party's call, by route.", null, Latencies);
        _ratings = meter.CreateCounter<long>("orleanscalls.ratings", "{rating}", "Ratings of ended calls, by stars.");
        meter.CreateObservableGauge(
            "orleanscalls.open_calls", OpenCalls, "{call}", "Open calls in the memory of this silo, by state.");
        // Initialised to 0: a counter that appears with its first value shows no increase, so no alert fires.
        foreach (var counter in new[] { _started, _acks, _late, _expired })
            counter.Add(0);
        foreach (var reason in Enum.GetValues<EndReason>())
            _ended.Add(0, Reason(EnumNames.Snake(reason)));
        foreach (var reason in RejectReasons.All)
            _rejected.Add(0, Reason(reason));
        for (var stars = 1; stars <= CallLimits.MaxStars; stars++)
            _ratings.Add(0, new KeyValuePair<string, object?>("stars", stars));
        meter.CreateObservableGauge("orleanscalls.queue.length", Waiting, "{item}", "What waits in this process, by queue.");
    }

    /// <summary>Counts a started call.</summary>
    public void Started() => _started.Add(1);

    /// <summary>Counts an ended call.</summary>
    public void Ended(EndReason reason) => _ended.Add(1, Reason(EnumNames.Snake(reason)));

    /// <summary>Counts a decline by its reason.</summary>
    public void Rejected(string? reason) => _rejected.Add(1, Reason(RejectReasons.Name(reason)));

    /// <summary>Counts an acknowledged ring.</summary>
    public void Acked() => _acks.Add(1);

    /// <summary>Counts a deadline that was applied late, and by how much.</summary>
    public void Late(TimeSpan lateness)
    {
        _lateness.Record(lateness.TotalSeconds);
        if (lateness > Tolerated)
            _late.Add(1);
    }

    /// <summary>Counts expired leases.</summary>
    public void Expired(int connections) => _expired.Add(connections);

    /// <summary>Records the time from start to the ring queued at a callee's gateway.</summary>
    public void Incoming(TimeSpan sinceStart) => _toIncoming.Record(sinceStart.TotalSeconds);

    /// <summary>Records the time from reject to the refusal forwarded by the caller's grain.</summary>
    public void Rejected(TimeSpan sinceReject) => _toRejected.Record(sinceReject.TotalSeconds);

    /// <summary>Records the time from accept to active.</summary>
    public void Active(TimeSpan sinceAccept) => _toActive.Record(Math.Max(0, sinceAccept.TotalSeconds));

    /// <summary>Records the measurements of a party of an ended call.</summary>
    public void Measured(CallQuality quality)
    {
        ArgumentNullException.ThrowIfNull(quality);
        if (quality.Reports == 0)
            return;
        var route = new KeyValuePair<string, object?>("route", quality.Route is { } known ? EnumNames.Snake(known) : "unknown");
        _loss.Record(quality.LossPercent, route);
        if (quality.RoundTripMs is { } roundTrip)
            _roundTrip.Record(roundTrip / 1000, route);
        if (quality.JitterMs is { } jitter)
            _jitter.Record(jitter / 1000, route);
    }

    /// <summary>Counts a rating of an ended call.</summary>
    public void Rated(int stars) => _ratings.Add(1, new KeyValuePair<string, object?>("stars", stars));

    /// <summary>Moves a loaded call from one phase's count to another's; null counts in no phase.</summary>
    public void Open(CallPhase? before, CallPhase? after)
    {
        if (before is { } old)
            Interlocked.Decrement(ref _open[(int)old]);
        if (after is { } now)
            Interlocked.Increment(ref _open[(int)now]);
    }

    /// <summary>Changes the number of undelivered notices.</summary>
    public void Outbox(int more) => Interlocked.Add(ref _outbox, more);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private IEnumerable<Measurement<int>> OpenCalls() => Enum.GetValues<CallPhase>().Where(phase => phase != CallPhase.Ended)
        .Select(
            phase => new Measurement<int>(_open[(int)phase], new KeyValuePair<string, object?>("state", EnumNames.Snake(phase))));

    private Measurement<int> Waiting() => new(Volatile.Read(ref _outbox), new KeyValuePair<string, object?>("queue", "outbox"));
}
