using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Issues tokens where there is no other issuer: in Development for any user, and for holders of the signing key.
/// </summary>
public sealed class Tokens(AuthOptions options, TimeProvider time)
{
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>Issues a token for any user; callers must ensure that this is Development.</summary>
    public TokenView ForDevelopment(string userId, string? name, string? deviceId, IReadOnlyList<string> roles) =>
        Sign(userId, name, deviceId, roles, TimeSpan.FromHours(12));

    /// <summary>Issues a token signed with <see cref="AuthOptions.SigningKey"/>, which must be set.</summary>
    public TokenView Sign(string userId, string? name, string? deviceId, IReadOnlyList<string> roles, TimeSpan life)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var now = time.GetUtcNow();
        var expiresAt = now + life;
        var claims = new Dictionary<string, object> { ["sub"] = userId };
        if (name is not null)
            claims["name"] = name;
        if (deviceId is not null)
            claims["device_id"] = deviceId;
        if (roles.Count > 0)
            claims["roles"] = roles.ToArray();
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Issuer ?? options.Authority!,
            Audience = options.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(options.SigningKey!), SecurityAlgorithms.HmacSha256),
        });
        return new TokenView(token, expiresAt);
    }
}
