using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>
/// OpenTelemetry's own variables, as far as a wrong one must not be passed over: its SDK takes its default instead and says nothing.
/// </summary>
internal sealed class OtlpOptions
{
    internal const string EndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolName = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string SamplerName = "OTEL_TRACES_SAMPLER";
    private const string HeadersName = "OTEL_EXPORTER_OTLP_HEADERS";
    private const string AttributesName = "OTEL_RESOURCE_ATTRIBUTES";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string RatioName = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Intervals = ["OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BSP_SCHEDULE_DELAY"];
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];
    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    private OtlpOptions(Uri endpoint, string sampler, double ratio) => (Endpoint, Sampler, Ratio) = (endpoint, sampler, ratio);

    /// <summary>The collector.</summary>
    internal Uri Endpoint { get; }

    /// <summary>Where it is, for people; an address may hold a password.</summary>
    internal string Place => $"{Endpoint.Scheme}://{Endpoint.Host}:{Endpoint.Port}";

    /// <summary>How it is decided which traces are recorded.</summary>
    internal string Sampler { get; }

    /// <summary>The share of traces, for samplers that want one.</summary>
    internal double Ratio { get; }

    /// <summary>Reads them; null when nothing is to be sent.</summary>
    /// <exception cref="SettingException">One is wrong.</exception>
    internal static OtlpOptions? Read(IConfiguration configuration)
    {
        if (Text(EndpointName) is not { } endpoint)
            return null;
        List<string> faults = [];
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            faults.Add($"{EndpointName} must be an http or https address like http://collector:4317, not '{Masked(endpoint)}'.");
        if (Text(ProtocolName) is { } protocol && !Protocols.Contains(protocol))
            faults.Add($"{ProtocolName} must be {string.Join(" or ", Protocols)}, not '{protocol}'.");
        var sampler = Text(SamplerName) ?? "parentbased_always_on";
        if (!Samplers.Contains(sampler))
            faults.Add($"{SamplerName} must be one of {string.Join(", ", Samplers)}, not '{sampler}'.");
        var ratio = 1.0;
        if (Text(RatioName) is { } share
            && (!double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out ratio) || ratio is not (>= 0 and <= 1)))
            faults.Add($"{RatioName} must be a number from 0 to 1, not '{share}'.");
        // The values are not shown: headers hold a key.
        foreach (var name in (string[])[HeadersName, AttributesName])
            if (Text(name) is { } pairs && (pairs.Any(char.IsControl) || pairs.Split(',').Any(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1)))
                faults.Add($"{name} must be name=value pairs, with commas between them.");
        foreach (var name in Intervals)
            if (Text(name) is { } interval && !(int.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0))
                faults.Add($"{name} must be a whole number of milliseconds, not '{interval}'.");
        if (Text(ServiceName)?.Any(char.IsControl) == true)
            faults.Add($"{ServiceName} must have no control characters.");
        return faults.Count == 0
            ? new OtlpOptions(uri!, sampler, ratio)
            : throw new SettingException(faults);

        // What a password would be in is left out, even of an address that is none.
        static string Masked(string address)
        {
            var query = address.IndexOfAny(['?', '#']);
            var shown = query < 0 ? address : address[..query] + "?...";
            var host = shown.LastIndexOf('@') + 1;
            return host == 0 ? shown : "...@" + shown[host..];
        }

        string? Text(string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
    }
}
