namespace OrleansCalls.Client.Server;

/// <summary>Options of an app's back end.</summary>
public sealed class OrleansCallsServerOptions
{
    /// <summary>The gateway, for <see cref="CallService"/>.</summary>
    public Uri? Address { get; set; }

    /// <summary>
    /// The gateway's <c>Auth__SigningKey</c>, for <see cref="CallTokens"/>: 32 bytes at least, as
    /// UTF-8. It must never reach a client.
    /// </summary>
    public string? SigningKey { get; set; }

    /// <summary>The gateway's <c>Auth__Issuer</c>.</summary>
    public string Issuer { get; set; } = "orleans-calls";

    /// <summary>The gateway's <c>Auth__Audience</c>.</summary>
    public string Audience { get; set; } = "orleans-calls";

    /// <summary>
    /// The silo's <c>Webhooks__Secret</c>, <c>whsec_...</c> or a text, for <see cref="WebhookVerifier"/>. While it is
    /// changed: the old and the new one.
    /// </summary>
    public IList<string> WebhookSecrets { get; } = [];

    /// <summary>The largest age of a webhook, or distance into the future, before it is rejected as a replay.</summary>
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The back end's own user id, in its tokens with the role <c>service</c>.</summary>
    public string ServiceName { get; set; } = "back-end";
}
