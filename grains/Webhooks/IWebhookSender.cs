namespace OrleansCalls.Webhooks;

/// <summary>Sends events to an app's back end, one attempt per call; the call's outbox retries.</summary>
public interface IWebhookSender
{
    /// <summary>Returns true if events of this type are sent; others are not stored.</summary>
    bool Wants(string type);

    /// <summary>The age at which an event is given up.</summary>
    TimeSpan GiveUpAfter { get; }

    /// <summary>Makes one attempt. Does not throw.</summary>
    Task<WebhookResult> Send(WebhookEvent what);
}

/// <summary>The outcome of an event.</summary>
public enum WebhookOutcome
{
    /// <summary>Accepted by the receiver.</summary>
    Delivered,

    /// <summary>Failed temporarily; retried.</summary>
    TryAgain,

    /// <summary>Rejected permanently.</summary>
    Refused,

    /// <summary>Retried until too old.</summary>
    GivenUp,

    /// <summary>Discarded, since too many others were waiting.</summary>
    Dropped,
}

/// <summary>The result of one attempt.</summary>
/// <param name="Outcome">Delivered, refused, or to be retried.</param>
/// <param name="Error">An error code in lower snake case; null when delivered.</param>
/// <param name="RetryAfter">The earliest retry, as requested by the receiver or because it is down.</param>
public sealed record WebhookResult(WebhookOutcome Outcome, string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>An accepted event.</summary>
    public static WebhookResult Delivered { get; } = new(WebhookOutcome.Delivered);
}
