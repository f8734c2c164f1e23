using System.Security.Claims;

namespace Microsoft.IdentityModel.Tokens;

/// <summary>What a token must be to be believed.</summary>
public class TokenValidationParameters
{
    /// <summary>How far two clocks may be apart unless <see cref="ClockSkew"/> says otherwise.</summary>
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromMinutes(5);

    /// <summary><see cref="ClaimsIdentity.AuthenticationType"/> of the identities made.</summary>
    public string? AuthenticationType { get; set; }

    /// <summary>How far the clocks of issuer and reader may be apart.</summary>
    public TimeSpan ClockSkew { get; set; } = DefaultClockSkew;

    /// <summary>A key to check signatures with.</summary>
    public SecurityKey? IssuerSigningKey { get; set; }

    /// <summary>More keys to check signatures with.</summary>
    public IEnumerable<SecurityKey>? IssuerSigningKeys { get; set; }

    /// <summary>Claim that becomes <see cref="ClaimsIdentity.Name"/>.</summary>
    public string NameClaimType { get; set; } = ClaimsIdentity.DefaultNameClaimType;

    /// <summary>Claim that <see cref="ClaimsPrincipal.IsInRole"/> looks at.</summary>
    public string RoleClaimType { get; set; } = ClaimsIdentity.DefaultRoleClaimType;

    /// <summary>Whether a token must say when it expires.</summary>
    public bool RequireExpirationTime { get; set; } = true;

    /// <summary>
    /// Whether a token must be signed. This stand-in never believes an unsigned one, so it cannot be switched off.
    /// </summary>
    public bool RequireSignedTokens
    {
        get;
        set => field = value
            ? true
            : throw new NotSupportedException("Unsigned tokens are always refused by this stand-in for JwtBearer.");
    } = true;

    /// <summary>Whether all keys are tried when a token's <c>kid</c> names none of them.</summary>
    public bool TryAllIssuerSigningKeys { get; set; } = true;

    /// <summary>Whether <c>audience</c> and <c>audience/</c> are the same.</summary>
    public bool IgnoreTrailingSlashWhenValidatingAudience { get; set; } = true;

    /// <summary>Algorithms a token may be signed with; null for all that fit the key.</summary>
    public IEnumerable<string>? ValidAlgorithms { get; set; }

    /// <summary>The audience a token must be for.</summary>
    public string? ValidAudience { get; set; }

    /// <summary>More audiences a token may be for.</summary>
    public IEnumerable<string>? ValidAudiences { get; set; }

    /// <summary>The issuer a token must be of.</summary>
    public string? ValidIssuer { get; set; }

    /// <summary>More issuers a token may be of.</summary>
    public IEnumerable<string>? ValidIssuers { get; set; }

    /// <summary>Whether <c>aud</c> is looked at.</summary>
    public bool ValidateAudience { get; set; } = true;

    /// <summary>Whether <c>iss</c> is looked at.</summary>
    public bool ValidateIssuer { get; set; } = true;

    /// <summary>
    /// Whether keys themselves (the lifetime of a certificate) are looked at. Keys here are bare, so this changes nothing.
    /// </summary>
    public bool ValidateIssuerSigningKey { get; set; }

    /// <summary>Whether <c>nbf</c> and <c>exp</c> are looked at.</summary>
    public bool ValidateLifetime { get; set; } = true;
}
