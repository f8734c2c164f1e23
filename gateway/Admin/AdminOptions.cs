namespace OrleansCalls.Gateway.Admin;

/// <summary>The operators' page. Section <c>Admin</c>.</summary>
public sealed record AdminOptions
{
    /// <summary>How long an operator stays signed in; never longer than the token that was shown.</summary>
    public required TimeSpan Session { get; init; }

    /// <summary>The OpenID Connect issuer with which operators sign in; null: by a token alone.</summary>
    public required OidcOptions? Oidc { get; init; }

    /// <summary>Reads the section.</summary>
    public static AdminOptions Read(IConfiguration configuration, bool development)
    {
        var settings = new SettingsReader(configuration, "Admin");
        return new AdminOptions
        {
            Session = TimeSpan.FromMinutes(settings.Whole("SessionMinutes", 60, 5, 720)),
            Oidc = OidcIn(settings, development),
        };
    }

    private static OidcOptions? OidcIn(SettingsReader settings, bool development)
    {
        var authority = settings.Text("OidcAuthority");
        if (authority is not null && !(Uri.TryCreate(authority, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && development))))
            throw settings.Wrong("OidcAuthority", "must be an https address");
        var (clientId, secret) = (settings.Text("OidcClientId"), settings.Text("OidcClientSecret"));
        var scopes = settings.List("OidcScopes");
        if (authority is null && clientId is not null)
            throw settings.Wrong("OidcClientId", "needs Admin__OidcAuthority");
        if (authority is not null && clientId is null)
            throw settings.Wrong("OidcAuthority", "needs Admin__OidcClientId");
        return authority is null ? null : new OidcOptions(authority, clientId!, secret, scopes.IsEmpty ? ["openid", "profile"] : scopes);
    }
}

/// <summary>A client of an OpenID Connect issuer.</summary>
/// <param name="Authority">The issuer's address.</param>
/// <param name="ClientId">The client, as it is registered there.</param>
/// <param name="ClientSecret">Its secret; null for a public client.</param>
/// <param name="Scopes">What is asked for.</param>
public sealed record OidcOptions(string Authority, string ClientId, string? ClientSecret, ImmutableArray<string> Scopes);
