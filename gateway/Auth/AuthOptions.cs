using System.Text;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Which tokens are accepted. Section <c>Auth</c>.</summary>
public sealed record AuthOptions
{
    private const string DefaultName = "orleans-calls";
    private const int KeyBytes = 32;

    /// <summary>The key that signs and verifies HS256 tokens; null when only an authority's tokens are accepted.</summary>
    public required byte[]? SigningKey { get; init; }

    /// <summary>
    /// The OpenID Connect issuer whose tokens are accepted; null when <see cref="SigningKey"/> verifies them.
    /// </summary>
    public required string? Authority { get; init; }

    /// <summary>The <c>iss</c> that tokens must have; null for the one in the authority's metadata.</summary>
    public required string? Issuer { get; init; }

    /// <summary>The <c>aud</c> that tokens must have.</summary>
    public required string Audience { get; init; }

    /// <summary>The tolerated clock difference.</summary>
    public required TimeSpan ClockSkew { get; init; }

    /// <summary>
    /// Returns until when a token with this <paramref name="expiry"/>, and a connection opened with it, are accepted. The
    /// issuer's clock may be behind; a connection closed earlier would be reopened with the same token.
    /// </summary>
    public DateTimeOffset GoodUntil(DateTimeOffset expiry) =>
        expiry < DateTimeOffset.MaxValue - ClockSkew ? expiry + ClockSkew : DateTimeOffset.MaxValue;

    /// <summary>
    /// Reads the section. <paramref name="developmentKey"/> supplies a key when none is set; null in Production.
    /// </summary>
    public static AuthOptions Read(SettingsReader settings, Func<byte[]>? developmentKey)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (key, issuer) = (settings.Text("Auth__SigningKey"), settings.Text("Auth__Authority"));
        var authority = settings.Url("Auth__Authority", securely: developmentKey is null)?.OriginalString;
        var bytes = key is null ? null : Encoding.UTF8.GetBytes(key);
        if (bytes is { Length: < KeyBytes })
            settings.Wrong("Auth__SigningKey", $"must have at least {KeyBytes} bytes");
        if ((key ?? issuer) is null && developmentKey is null)
            settings.Wrong("Auth__SigningKey", "or Auth__Authority must be set: outside Development there is no default");
        return new AuthOptions
        {
            SigningKey = bytes ?? developmentKey?.Invoke(),
            Authority = authority,
            Issuer = settings.Text("Auth__Issuer") ?? (authority is null ? DefaultName : null),
            Audience = settings.Text("Auth__Audience") ?? DefaultName,
            ClockSkew = settings.Time("Auth__ClockSkewSeconds", 30, 0, 300),
        };
    }
}
