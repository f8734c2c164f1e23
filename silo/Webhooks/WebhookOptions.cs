using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Whom an app's own service is told of calls: section <c>Webhooks</c>. Off without an address.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where events are posted; null: nowhere.</summary>
    public required Uri? Url { get; init; }

    /// <summary>
    /// Signs all requests; known to the receiver: <c>whsec_</c> and 24 to 64 bytes in base64, or any text of 32 bytes at least.
    /// </summary>
    public required string Secret { get; init; }

    /// <summary>The secret before <see cref="Secret"/>, which signs too while receivers change to the new one.</summary>
    public required string? PreviousSecret { get; init; }

    /// <summary>Whether requests have the headers of the versions before, too (<c>X-Webhook-Signature</c> and its like).</summary>
    public required bool LegacyHeaders { get; init; }

    /// <summary>Which events are sent, of <see cref="WebhookTypes.All"/>.</summary>
    public required ImmutableArray<string> EventNames { get; init; }

    /// <summary>When one request is given up and tried again; 1 to 30 s.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>When an event that was not taken is given up; 1 to 48 hours, which is as long as ended calls are kept.</summary>
    public required TimeSpan GiveUpAfter { get; init; }

    /// <summary>Who is asked before a call rings; null: nobody.</summary>
    public required Uri? AuthorizeUrl { get; init; }

    /// <summary>Whether a call may ring when there is no answer to that within a second.</summary>
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
