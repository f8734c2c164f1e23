namespace OrleansCalls.Gateway.Admin;

/// <summary>Settings of the operators' page. Section <c>Admin</c>.</summary>
public sealed record AdminOptions
{
    /// <summary>Lifetime of an operator's session; it never exceeds that of the token it was exchanged for.</summary>
    public required TimeSpan Session { get; init; }

    /// <summary>The OpenID Connect issuer for operators; null when they sign in with a token only.</summary>
    public required OidcOptions? Oidc { get; init; }

    /// <summary>Reads the section.</summary>
    public static AdminOptions Read(SettingsReader settings, bool development)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new AdminOptions
        {
            Session = settings.Time("Admin__SessionMinutes", 60, 5, 720), Oidc = OidcIn(settings, development),
        };
    }

    private static OidcOptions? OidcIn(SettingsReader settings, bool development)
    {
        var isGiven = settings.Text("Admin__OidcAuthority") is not null;
        var authority = settings.Url("Admin__OidcAuthority", securely: !development)?.OriginalString;
        var (clientId, secret) = (settings.Text("Admin__OidcClientId"), settings.Text("Admin__OidcClientSecret"));
        var scopes = settings.List("Admin__OidcScopes");
        if (!isGiven && clientId is not null)
            settings.Wrong("Admin__OidcClientId", "needs Admin__OidcAuthority");
        if (authority is not null && clientId is null)
            settings.Wrong("Admin__OidcAuthority", "needs Admin__OidcClientId");
        return authority is null || clientId is null ? null
            : new OidcOptions(authority, clientId, secret, scopes.IsEmpty ? ["openid", "profile"] : scopes);
    }
}

/// <summary>A client of an OpenID Connect issuer.</summary>
/// <param name="Authority">The issuer's address.</param>
/// <param name="ClientId">The client id, as registered at the issuer.</param>
/// <param name="ClientSecret">The client secret; null for a public client.</param>
/// <param name="Scopes">The requested scopes.</param>
public sealed record OidcOptions(string Authority, string ClientId, string? ClientSecret, ImmutableArray<string> Scopes);
