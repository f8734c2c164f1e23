using System.Diagnostics.Metrics;

namespace OrleansCalls.Webhooks;

/// <summary>The webhooks' instruments, on the meter <c>OrleansCalls</c>.</summary>
public sealed class WebhookMetrics
{
    private readonly Counter<long> _results;
    private readonly Histogram<double> _duration;
    private long _pending;

    /// <summary>Makes the instruments.</summary>
    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _results = meter.CreateCounter<long>(
            "orleanscalls.webhook.results", "{try}", "Tries to deliver an event, and questions to the app's back end, by outcome.");
        _duration = meter.CreateHistogram<double>("orleanscalls.webhook.duration", "s", "From a request to the app's back end to its answer.");
        meter.CreateObservableGauge(
            "orleanscalls.webhook.pending", () => Interlocked.Read(ref _pending), "{event}", "Events of calls in memory that are not taken yet.");
    }

    /// <summary>One try, or the end of trying: an outcome in lower snake case.</summary>
    public void Result(string type, string outcome) => _results.Add(1, new("event", type), new("outcome", outcome));

    /// <summary>A request was answered, or was given up.</summary>
    public void Took(string type, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("event", type));

    /// <summary>So many more events wait, or fewer.</summary>
    public void Pending(int more) => Interlocked.Add(ref _pending, more);
}

/// <summary>What a call's host needs for webhooks.</summary>
public sealed record CallWebhooks(IWebhookSender Sender, ICallAuthorizer Authorizer, WebhookMetrics Metrics);
