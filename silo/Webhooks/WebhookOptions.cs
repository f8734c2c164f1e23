using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Whom an app's own service is told of calls: section <c>Webhooks</c>. Off without an address.</summary>
public sealed class WebhookOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Webhooks";

    /// <summary>Where events are posted.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// Signs all requests; known to the receiver: <c>whsec_</c> and 24 to 64 bytes in base64, or any text of 32 bytes at least.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>The secret before <see cref="Secret"/>, which signs too while receivers change to the new one.</summary>
    public string? PreviousSecret { get; set; }

    /// <summary>Whether requests have the headers of the versions before, too (<c>X-Webhook-Signature</c> and its like).</summary>
    public bool LegacyHeaders { get; set; } = true;

    /// <summary>Which events are sent, of <see cref="WebhookTypes.All"/>; all when none is named.</summary>
    public ImmutableArray<string> EventNames { get; internal set; } = WebhookTypes.All;

    /// <summary>Seconds after which one request is given up and tried again; 1 to 30.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Hours after which an event that was not taken is given up; 1 to 48, which is as long as ended calls are kept.</summary>
    public int GiveUpHours { get; set; } = 24;

    /// <summary>Who is asked before a call rings; nobody when empty.</summary>
    public string? AuthorizeUrl { get; set; }

    /// <summary>What happens when there is no answer to that within a second: <c>allow</c> or <c>refuse</c>.</summary>
    public string AuthorizeOnFailure { get; set; } = "allow";

    internal bool IsOn => !string.IsNullOrWhiteSpace(Url);

    internal bool Asks => !string.IsNullOrWhiteSpace(AuthorizeUrl);

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>Sets the options from their section. <c>Events</c> is a list: numbered members, or one text with commas.</summary>
    internal void Read(IConfiguration section)
    {
        section.Bind(this);
        var names = SettingList.Read(section.GetSection("Events"));
        EventNames = names.IsEmpty ? WebhookTypes.All : names;
    }
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="WebhookOptions"/>.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        List<string> faults = [];
        if (options.IsOn && !IsAddress(options.Url!))
            faults.Add("Webhooks__Url must be a whole http or https address.");
        if (options.Asks && !IsAddress(options.AuthorizeUrl!))
            faults.Add("Webhooks__AuthorizeUrl must be a whole http or https address.");
        if ((options.IsOn || options.Asks) && WebhookSignature.Key(options.Secret ?? "") is null)
            faults.Add("Webhooks__Secret must be whsec_ and 24 to 64 bytes in base64, or a text of 32 bytes at least: receivers know our requests by it.");
        if (!string.IsNullOrEmpty(options.PreviousSecret) && WebhookSignature.Key(options.PreviousSecret) is null)
            faults.Add("Webhooks__PreviousSecret must be whsec_ and 24 to 64 bytes in base64, or a text of 32 bytes at least.");
        foreach (var unknown in options.EventNames.Except(WebhookTypes.All))
            faults.Add($"Webhooks__Events names '{unknown}'; the events are {string.Join(", ", WebhookTypes.All)}.");
        if (options.TimeoutSeconds is < 1 or > 30)
            faults.Add($"Webhooks__TimeoutSeconds must be 1 to 30, not {options.TimeoutSeconds}.");
        if (options.GiveUpHours is < 1 or > 48)
            faults.Add($"Webhooks__GiveUpHours must be 1 to 48, not {options.GiveUpHours}.");
        if (options.AuthorizeOnFailure is not ("allow" or "refuse"))
            faults.Add($"Webhooks__AuthorizeOnFailure must be 'allow' or 'refuse', not '{options.AuthorizeOnFailure}'.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");
}
