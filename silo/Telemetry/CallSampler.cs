using OpenTelemetry.Trace;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>
/// Which traces are recorded. A trace begins with a request, a hub call or a deadline; what merely runs by the clock (leases, watches,
/// membership) begins none, or a quiet service would send more spans than a busy one. Neither does a grain that was called from a
/// trace which is not recorded: Orleans passes nothing on then, and its part would look like a trace of its own.
/// </summary>
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
        samplingParameters.ParentContext != default || BeginsTrace(samplingParameters.Name)
            ? _chosen.ShouldSample(samplingParameters)
            : new SamplingResult(SamplingDecision.Drop);

    private static bool BeginsTrace(string name) =>
        name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || name == "call.check_deadlines";
}
