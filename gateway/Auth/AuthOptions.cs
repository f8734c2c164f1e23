using System.Text;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Whose tokens are good here. Section <c>Auth</c>.</summary>
public sealed record AuthOptions
{
    private const string DefaultName = "orleans-calls";
    private const int KeyBytes = 32;

    /// <summary>The key that signs and checks HS256 tokens; null where only an authority's tokens are taken.</summary>
    public required byte[]? SigningKey { get; init; }

    /// <summary>An OpenID Connect issuer whose tokens are taken; null when <see cref="SigningKey"/> checks them.</summary>
    public required string? Authority { get; init; }

    /// <summary>The <c>iss</c> that tokens must have; null: what the authority says of itself.</summary>
    public required string? Issuer { get; init; }

    /// <summary>The <c>aud</c> that tokens must have.</summary>
    public required string Audience { get; init; }

    /// <summary>How far clocks may differ.</summary>
    public required TimeSpan ClockSkew { get; init; }

    /// <summary>
    /// Until when a token is taken that expires at <paramref name="expiry"/>, and a connection stays that came with it: the clock of its
    /// issuer may be behind. A connection that ended earlier would be opened again by the same token.
    /// </summary>
    public DateTimeOffset GoodUntil(DateTimeOffset expiry) =>
        expiry < DateTimeOffset.MaxValue - ClockSkew ? expiry + ClockSkew : DateTimeOffset.MaxValue;

    /// <summary>Reads the section. <paramref name="developmentKey"/> gives a key where nothing is set; null in Production.</summary>
    public static AuthOptions Read(IConfiguration configuration, Func<byte[]>? developmentKey)
    {
        var settings = new SettingsReader(configuration, "Auth");
        var authority = settings.Text("Authority");
        if (authority is not null && !(Uri.TryCreate(authority, UriKind.Absolute, out var url)
                && (url.Scheme == "https" || (url.Scheme == "http" && developmentKey is not null))))
            throw settings.Wrong("Authority", "must be an https address");
        var key = settings.Text("SigningKey") is { } text ? Encoding.UTF8.GetBytes(text) : null;
        if (key is { Length: < KeyBytes })
            throw settings.Wrong("SigningKey", $"must have at least {KeyBytes} bytes");
        if (key is null && authority is null && developmentKey is null)
            throw settings.Wrong("SigningKey", "or Auth__Authority must be set: outside Development there is no default for whose tokens are good");
        return new AuthOptions
        {
            SigningKey = key ?? developmentKey?.Invoke(),
            Authority = authority,
            Issuer = settings.Text("Issuer") ?? (authority is null ? DefaultName : null),
            Audience = settings.Text("Audience") ?? DefaultName,
            ClockSkew = settings.Seconds("ClockSkewSeconds", 30, 0, 300),
        };
    }
}
