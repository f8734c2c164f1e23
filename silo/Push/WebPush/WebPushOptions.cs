using System.Collections.Immutable;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>
/// Web Push: section <c>Push:WebPush</c>. On when a private key is set; <c>orleanscalls vapid</c> generates a pair.
/// </summary>
public sealed record WebPushOptions
{
    /// <summary>The VAPID public key (RFC 8292), 65 bytes in base64url, with which browsers subscribe.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The private key, 32 bytes in base64url. A secret.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>The contact for push services: a <c>mailto:</c> or <c>https:</c> address.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// Origins, such as <c>http://localhost:8090</c>, of push services that may have a private address, a port and no TLS.
    /// </summary>
    public required ImmutableArray<string> Origins { get; init; }

    internal static WebPushOptions? Read(SettingsReader settings)
    {
        var (publicKey, privateKey, subject, origins) = (settings.Text("Push__WebPush__PublicKey"),
            settings.Text("Push__WebPush__PrivateKey"),
            settings.Text("Push__WebPush__Subject"), settings.List("Push__WebPush__AllowedOrigins"));
        foreach (var origin in origins.Where(origin => !IsOrigin(origin)))
            settings.Wrong(
                "Push__WebPush__AllowedOrigins", $"names '{origin}', which is no origin such as http://localhost:8090");
        if (privateKey is null)
        {
            if ((publicKey ?? subject) is not null)
                settings.Wrong("Push__WebPush__PrivateKey", "must be the key that the other Push__WebPush settings belong to");
            return null;
        }

        if (!VapidKeys.IsPrivate(privateKey))
            settings.Wrong("Push__WebPush__PrivateKey", "must be 32 bytes in base64url; 'orleanscalls vapid' makes a pair");
        else if (!VapidKeys.IsPair(publicKey ?? "", privateKey))
            settings.Wrong(
                "Push__WebPush__PublicKey", "must be the public key of Push__WebPush__PrivateKey, 65 bytes in base64url");
        if (!IsContact(subject))
            settings.Wrong("Push__WebPush__Subject", "must be a mailto: or https: address");
        return publicKey is null || subject is null ? null
            : new WebPushOptions { PublicKey = publicKey, PrivateKey = privateKey, Subject = subject, Origins = origins };
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    // The value is copied into the token.
    private static bool IsContact(string? text) => text is not null
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '"' or '\\')
        && Uri.IsWellFormedUriString(text, UriKind.Absolute) && new Uri(text) is { Scheme: "mailto" or "https" } uri
        && (uri.Scheme == "https" ? uri.Host.Length > 0 : text.Contains('@', StringComparison.Ordinal));
}
