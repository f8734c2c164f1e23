using System.Diagnostics.Metrics;

namespace OrleansCalls.Webhooks;

/// <summary>Metrics of webhooks, on the meter <c>OrleansCalls</c>.</summary>
public sealed class WebhookMetrics
{
    private readonly Counter<long> _results;
    private readonly Histogram<double> _duration;
    private long _pending;

    /// <summary>Creates the instruments.</summary>
    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _results = meter.CreateCounter<long>(
            "orleanscalls.webhook.results", "{try}",
            "Attempts to deliver an event, and authorization requests to the app's back end, by outcome.");
        _duration = meter.CreateHistogram<double>(
            "orleanscalls.webhook.duration", "s", "From a request to the app's back end to its answer.");
        meter.CreateObservableGauge(
            "orleanscalls.webhook.pending", () => Interlocked.Read(ref _pending), "{event}",
            "Undelivered events of calls in memory.");
    }

    /// <summary>Records an attempt or a final outcome, in lower snake case.</summary>
    public void Result(string type, string outcome) => _results.Add(1, new("event", type), new("outcome", outcome));

    /// <summary>Records the duration of a request, answered or timed out.</summary>
    public void Took(string type, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("event", type));

    /// <summary>Changes the number of undelivered events.</summary>
    public void Pending(int more) => Interlocked.Add(ref _pending, more);
}

/// <summary>Services for the webhooks of a call.</summary>
public sealed record CallWebhooks(IWebhookSender Sender, ICallAuthorizer Authorizer, WebhookMetrics Metrics);
