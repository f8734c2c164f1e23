using OpenTelemetry.Trace;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Selects the recorded traces. A trace begins with a request, a hub call or a deadline; periodic work (leases,
/// watches, membership) begins none, or an idle service would send more spans than a busy one. A span below an unrecorded
/// parent is never recorded, whatever the setting: <c>always_on</c> would otherwise start a trace at each grain call of a probe
/// or timer, whose parent is unrecorded rather than missing.</summary>
internal sealed class CallSampler(OtlpOptions options) : Sampler
{
    private readonly Sampler _chosen = options.Sampler switch
    {
        "always_on" => new AlwaysOnSampler(),
        "always_off" => new AlwaysOffSampler(),
        "traceidratio" => new TraceIdRatioBasedSampler(options.Ratio),
        "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
        "parentbased_traceidratio" => new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Ratio)),
        _ => new ParentBasedSampler(new AlwaysOnSampler()),
    };

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        IsInsideTrace(samplingParameters) || BeginsTrace(samplingParameters.Name)
            ? _chosen.ShouldSample(samplingParameters)
            : new SamplingResult(SamplingDecision.Drop);

    private static bool IsInsideTrace(in SamplingParameters span) =>
        (span.ParentContext.TraceFlags & System.Diagnostics.ActivityTraceFlags.Recorded) != 0;

    private static bool BeginsTrace(string name) =>
        name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || name == "call.check_deadlines";
}
