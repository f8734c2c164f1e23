using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>Web Push: section <c>Push:WebPush</c>. On as soon as a private key is there; <c>orleanscalls vapid</c> makes a pair.</summary>
public sealed class WebPushOptions
{
    /// <summary>The VAPID public key (RFC 8292): 65 bytes in base64url. Browsers subscribe with it.</summary>
    public string? PublicKey { get; set; }

    /// <summary>The private key of the pair: 32 bytes in base64url. A secret.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Where push services find who is responsible: a <c>mailto:</c> or <c>https:</c> address.</summary>
    public string? Subject { get; set; }

    /// <summary>
    /// Origins, such as <c>http://localhost:8090</c>, of push services that may have a private address, a port and no TLS.
    /// </summary>
    public ImmutableArray<string> Origins { get; internal set; } = [];

    internal bool IsOn => !string.IsNullOrWhiteSpace(PrivateKey);

    /// <summary>Sets what binding does not: <c>AllowedOrigins</c> is a list.</summary>
    internal void Read(IConfiguration section) => Origins = SettingList.Read(section.GetSection("AllowedOrigins"));

    internal IEnumerable<string> Faults()
    {
        foreach (var origin in Origins.Where(origin => !IsOrigin(origin)))
            yield return $"Push__WebPush__AllowedOrigins names '{origin}', which is no origin such as http://localhost:8090.";
        if (!IsOn)
        {
            if (PublicKey is not null || Subject is not null)
                yield return "Push__WebPush__PrivateKey must be the key that the other Push__WebPush settings belong to.";
            yield break;
        }

        if (!VapidKeys.IsPrivate(PrivateKey!))
            yield return "Push__WebPush__PrivateKey must be 32 bytes in base64url; 'orleanscalls vapid' makes a pair.";
        else if (!VapidKeys.IsPair(PublicKey ?? "", PrivateKey!))
            yield return "Push__WebPush__PublicKey must be the public key of Push__WebPush__PrivateKey, 65 bytes in base64url.";
        if (!IsContact(Subject))
            yield return "Push__WebPush__Subject must be a mailto: or https: address.";
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    // It goes into the token as it is.
    private static bool IsContact(string? text) => text is not null && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '"' or '\\')
        && Uri.IsWellFormedUriString(text, UriKind.Absolute) && new Uri(text) is { Scheme: "mailto" or "https" } uri
        && (uri.Scheme == "https" ? uri.Host.Length > 0 : text.Contains('@', StringComparison.Ordinal));
}
