namespace OrleansCalls.Webhooks;

/// <summary>Brings events to an app's back end. Asked once for each try: when to try again is the call's.</summary>
public interface IWebhookSender
{
    /// <summary>Whether events of this type go anywhere; what nobody wants is not kept.</summary>
    bool Wants(string type);

    /// <summary>How old an event gets before it is given up.</summary>
    TimeSpan GiveUpAfter { get; }

    /// <summary>Sends once. Throws nothing.</summary>
    Task<WebhookResult> Send(WebhookEvent what);
}

/// <summary>What became of an event.</summary>
public enum WebhookOutcome
{
    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>Not now.</summary>
    TryAgain,

    /// <summary>No, and no again the next time.</summary>
    Refused,

    /// <summary>Not taken until it was too old.</summary>
    GivenUp,

    /// <summary>Too many others were waiting.</summary>
    Dropped,
}

/// <summary>What a receiver answered to one try.</summary>
/// <param name="Outcome">Delivered, refused, or not now.</param>
/// <param name="Error">A short code in lower snake case; null when delivered.</param>
/// <param name="RetryAfter">Not before that, by the receiver's own wish or because it is known to be down.</param>
public sealed record WebhookResult(WebhookOutcome Outcome, string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The receiver took it.</summary>
    public static WebhookResult Delivered { get; } = new(WebhookOutcome.Delivered);
}
