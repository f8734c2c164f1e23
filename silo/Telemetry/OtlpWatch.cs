using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>
/// Observes the requests to the collector, and logs once when they fail and once when they succeed again. The exporter itself
/// retries without any visible message. A collector that accepts traces but not metrics is logged once, too.
/// </summary>
internal sealed partial class OtlpWatch(OtlpOptions options, ILogger<OtlpWatch> logger)
{
    private readonly ILogger _logger = logger;
    private readonly HashSet<string> _failing = [];

    private void Failed(string signal, string reason)
    {
        bool first;
        lock (_failing)
            first = _failing.Add(signal) && _failing.Count == 1;
        if (first)
            LogFailing(options.Place, reason.ReplaceLineEndings(" "));
    }

    private void Worked(string signal)
    {
        bool last;
        lock (_failing)
            last = _failing.Remove(signal) && _failing.Count == 0;
        if (last)
            LogWorks(options.Place);
    }

    [LoggerMessage(5400, LogLevel.Warning,
        "The telemetry collector at {Endpoint} (OTEL_EXPORTER_OTLP_ENDPOINT) is unreachable ({Reason}); metrics and traces are lost, calls are not affected",
        EventName = "CollectorFailing")]
    private partial void LogFailing(string endpoint, string reason);

    [LoggerMessage(
        5401, LogLevel.Information, "The telemetry collector at {Endpoint} is reachable again", EventName = "CollectorWorks")]
    private partial void LogWorks(string endpoint);

    /// <summary>The exporter's HTTP handler.</summary>
    internal sealed class Handler(OtlpWatch watch, string signal) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Judge(base.Send(request, cancellationToken));
            }
            catch (Exception exception)
            {
                watch.Failed(signal, exception.GetBaseException().Message);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Judge(await base.SendAsync(request, cancellationToken));
            }
            catch (Exception exception)
            {
                watch.Failed(signal, exception.GetBaseException().Message);
                throw;
            }
        }

        // gRPC reports errors in a header, under a status that is always 200.
        private HttpResponseMessage Judge(HttpResponseMessage response)
        {
            if (!response.IsSuccessStatusCode)
                watch.Failed(signal, $"it answers {(int)response.StatusCode}");
            else if (response.Headers.TryGetValues("grpc-status", out var status) && !status.Contains("0"))
                watch.Failed(signal, $"it answers gRPC status {string.Join(' ', response.Headers.GetValues("grpc-status"))}");
            else
                watch.Worked(signal);
            return response;
        }
    }
}
