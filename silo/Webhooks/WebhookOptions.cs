using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Webhooks to an app's back end: section <c>Webhooks</c>. Off without a URL.</summary>
public sealed record WebhookOptions
{
    /// <summary>The URL for events; null for none.</summary>
    public required Uri? Url { get; init; }

    /// <summary>
    /// Signs all requests; shared with the receiver: <c>whsec_</c> and 24 to 64 bytes in base64, or any text of at least 32
    /// bytes.
    /// </summary>
    public required string Secret { get; init; }

    /// <summary>The previous <see cref="Secret"/>, with which requests are signed too during a rotation.</summary>
    public required string? PreviousSecret { get; init; }

    /// <summary>Whether requests also have the headers of previous versions (<c>X-Webhook-Signature</c> and others).</summary>
    public required bool LegacyHeaders { get; init; }

    /// <summary>The types of events to send, from <see cref="WebhookTypes.All"/>.</summary>
    public required ImmutableArray<string> EventNames { get; init; }

    /// <summary>The timeout of one request; 1 to 30 s.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long an event is retried; 1 to 48 hours, which is as long as ended calls are kept.</summary>
    public required TimeSpan GiveUpAfter { get; init; }

    /// <summary>The URL that authorizes calls before they ring; null for none.</summary>
    public required Uri? AuthorizeUrl { get; init; }

    /// <summary>Whether a call may ring when the authorization is not answered within a second.</summary>
    public required bool AllowsOnFailure { get; init; }

    internal static WebhookOptions Read(SettingsReader settings)
    {
        const string shape = "whsec_ and 24 to 64 bytes in base64, or a text of 32 bytes at least";
        var options = new WebhookOptions
        {
            Url = settings.Url("Webhooks__Url"),
            Secret = settings.Exact("Webhooks__Secret") ?? "",
            PreviousSecret = settings.Exact("Webhooks__PreviousSecret"),
            LegacyHeaders = settings.Flag("Webhooks__LegacyHeaders", standard: true),
            EventNames = settings.Words("Webhooks__Events", WebhookTypes.All) ?? WebhookTypes.All,
            Timeout = settings.Time("Webhooks__TimeoutSeconds", 5, 1, 30),
            GiveUpAfter = settings.Time("Webhooks__GiveUpHours", 24, 1, 48),
            AuthorizeUrl = settings.Url("Webhooks__AuthorizeUrl"),
            AllowsOnFailure = settings.Word("Webhooks__AuthorizeOnFailure", "allow", "refuse") == "allow",
        };
        if ((options.Url ?? options.AuthorizeUrl) is not null && WebhookSignature.Key(options.Secret) is null)
            settings.Wrong("Webhooks__Secret", $"must be {shape}: receivers know our requests by it");
        if (options.PreviousSecret is not null && WebhookSignature.Key(options.PreviousSecret) is null)
            settings.Wrong("Webhooks__PreviousSecret", $"must be {shape}");
        return options;
    }
}
