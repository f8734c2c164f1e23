using System.Globalization;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Validates OpenTelemetry's own variables, for which the SDK silently uses defaults when they are wrong.</summary>
internal sealed class OtlpOptions
{
    internal const string EndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string RatioName = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Samplers =
        [
            "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio", "always_on",
            "always_off", "traceidratio",
        ];

    private OtlpOptions(Uri endpoint, string sampler, double ratio) => (Endpoint, Sampler, Ratio) = (endpoint, sampler, ratio);

    /// <summary>The collector's URL.</summary>
    internal Uri Endpoint { get; }

    /// <summary>The collector's URL for logs, without a password.</summary>
    internal string Place => $"{Endpoint.Scheme}://{Endpoint.Host}:{Endpoint.Port}";

    /// <summary>The sampler.</summary>
    internal string Sampler { get; }

    /// <summary>The ratio of traces, for samplers that need one.</summary>
    internal double Ratio { get; }

    /// <summary>Reads the variables; null when nothing is exported.</summary>
    internal static OtlpOptions? Read(SettingsReader settings)
    {
        if (settings.Text(EndpointName) is not { } endpoint)
            return null;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            settings.Wrong(
                EndpointName, $"must be an http or https address like http://collector:4317, not '{Masked(endpoint)}'");
        // OpenTelemetry reads it case-sensitively.
        if (settings.Text("OTEL_EXPORTER_OTLP_PROTOCOL") is { } protocol and not ("grpc" or "http/protobuf"))
            settings.Wrong("OTEL_EXPORTER_OTLP_PROTOCOL", $"must be grpc or http/protobuf, not '{protocol}'");
        var sampler = settings.Word("OTEL_TRACES_SAMPLER", Samplers);
        var ratio = 1.0;
        if (settings.Text(RatioName) is { } share
            && (!double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out ratio)
                || ratio is not (>= 0 and <= 1)))
            settings.Wrong(RatioName, $"must be a number from 0 to 1, not '{share}'");
        // The values are not shown: headers hold a key.
        foreach (var name in (string[])["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_RESOURCE_ATTRIBUTES"])
            if (settings.Text(name) is { } pairs
                && (pairs.Any(char.IsControl) || pairs.Split(',').Any(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1)))
                settings.Wrong(name, "must be name=value pairs, with commas between them");
        foreach (var name in (string[])["OTEL_METRIC_EXPORT_INTERVAL", "OTEL_BSP_SCHEDULE_DELAY"])
            settings.Whole(name, 1, int.MaxValue);
        if (settings.Text(ServiceName)?.Any(char.IsControl) == true)
            settings.Wrong(ServiceName, "must have no control characters");
        return uri is null ? null : new OtlpOptions(uri, sampler, ratio);

        // Masks a password, even in a malformed URL.
        static string Masked(string address)
        {
            var query = address.IndexOfAny(['?', '#']);
            var shown = query < 0 ? address : address[..query] + "?...";
            var host = shown.LastIndexOf('@') + 1;
            return host == 0 ? shown : "...@" + shown[host..];
        }
    }
}
