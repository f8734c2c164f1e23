using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Microsoft.IdentityModel.Tokens;

/// <summary>The outcome of looking at a token: somebody, or the reason why not.</summary>
internal readonly record struct TokenOutcome(JsonWebToken? Token, ClaimsIdentity? Identity, Exception? Fault);

/// <summary>
/// Decides about one token. The order is form, signature, lifetime, audience, issuer, so that nothing a stranger wrote is looked
/// at, or repeated in an answer, before the signature holds.
/// </summary>
internal static class TokenValidator
{
    internal static TokenOutcome Validate(
        string text, TokenValidationParameters parameters, AuthorityKeys? authority, bool mapInbound, DateTimeOffset now)
    {
        if (!JsonWebToken.TryParse(text, out var token, out var fault))
            return new(null, null, new SecurityTokenMalformedException($"The token cannot be read: {fault}."));
        var error = CheckSignature(token, parameters, authority)
            ?? CheckLifetime(token, parameters, now.UtcDateTime)
            ?? (SecurityTokenValidationException?)CheckAudience(token, parameters)
            ?? CheckIssuer(token, parameters, authority);
        if (error is not null)
            return new(token, null, error);
        try
        {
            return new(token, ClaimsReader.Read(token, parameters, mapInbound), null);
        }
        catch (InvalidOperationException) // half a surrogate pair in a claim
        {
            return new(token, null, new SecurityTokenMalformedException("The token cannot be read: a claim is no well-formed text."));
        }
    }

    private static SecurityTokenValidationException? CheckSignature(
        JsonWebToken token, TokenValidationParameters parameters, AuthorityKeys? authority)
    {
        if (token.Alg.Equals("none", StringComparison.OrdinalIgnoreCase) || token.Signature.Length == 0)
            return new SecurityTokenInvalidSignatureException("The token is not signed.");
        if (parameters.ValidAlgorithms is { } allowed && !allowed.Contains(token.Alg, StringComparer.Ordinal))
            return new SecurityTokenInvalidAlgorithmException("The token's algorithm is not allowed.");

        List<SecurityKey> keys = [];
        if (parameters.IssuerSigningKey is { } single)
            keys.Add(single);
        if (parameters.IssuerSigningKeys is { } more)
            keys.AddRange(more);
        if (authority is not null)
            keys.AddRange(authority.Keys);

        var named = token.Kid is null ? [] : keys.FindAll(key => string.Equals(key.KeyId, token.Kid, StringComparison.Ordinal));
        if (named.Count == 0 && token.Kid is not null && !parameters.TryAllIssuerSigningKeys)
            return new SecurityTokenSignatureKeyNotFoundException("The token names a key that is not known.");
        // A key says itself which algorithms it is for: a token cannot have a public key taken for a shared secret.
        if ((named.Count > 0 ? named : keys).Any(
                key => key.Supports(token.Alg) && key.Verify(token.Alg, token.SignedData, token.Signature)))
            return null;
        return named.Count > 0
            ? new SecurityTokenInvalidSignatureException("The token's signature does not fit.")
            : new SecurityTokenSignatureKeyNotFoundException("No known key fits the token's signature.");
    }

    private static SecurityTokenValidationException? CheckLifetime(JsonWebToken token, TokenValidationParameters parameters, DateTime now)
    {
        if (!parameters.ValidateLifetime)
            return null;
        if (!token.HasExpiration && parameters.RequireExpirationTime)
            return new SecurityTokenNoExpirationException("The token does not say when it expires.");
        if (token.HasExpiration && token.HasNotBefore && token.ValidFrom > token.ValidTo)
        {
            return new SecurityTokenInvalidLifetimeException("The token expires before it begins.")
            {
                NotBefore = token.ValidFrom,
                Expires = token.ValidTo,
            };
        }

        if (token.HasNotBefore && token.ValidFrom > Add(now, parameters.ClockSkew))
            return new SecurityTokenNotYetValidException("The token is not valid yet.") { NotBefore = token.ValidFrom };
        if (token.HasExpiration && token.ValidTo < Add(now, -parameters.ClockSkew))
            return new SecurityTokenExpiredException("The token has expired.") { Expires = token.ValidTo };
        return null;
    }

    private static DateTime Add(DateTime time, TimeSpan span) =>
        span > DateTime.MaxValue - time ? DateTime.MaxValue : span < DateTime.MinValue - time ? DateTime.MinValue : time + span;

    private static SecurityTokenInvalidAudienceException? CheckAudience(JsonWebToken token, TokenValidationParameters parameters)
    {
        if (!parameters.ValidateAudience)
            return null;
        IEnumerable<string> valid = [.. parameters.ValidAudiences ?? [], .. Given(parameters.ValidAudience)];
        var ignoreSlash = parameters.IgnoreTrailingSlashWhenValidatingAudience;
        if (token.Audiences.Any(found => valid.Any(wanted => Same(found, wanted, ignoreSlash))))
            return null;
        var listed = string.Join(", ", token.Audiences);
        return new("The token is for another audience.") { InvalidAudience = listed.Length == 0 ? "(null)" : listed };
    }

    private static bool Same(string found, string wanted, bool ignoreSlash) =>
        string.Equals(found, wanted, StringComparison.Ordinal)
        || (ignoreSlash && string.Equals(found.TrimEnd('/'), wanted.TrimEnd('/'), StringComparison.Ordinal)
            && Math.Abs(found.Length - wanted.Length) == 1);

    private static SecurityTokenInvalidIssuerException? CheckIssuer(
        JsonWebToken token, TokenValidationParameters parameters, AuthorityKeys? authority)
    {
        if (!parameters.ValidateIssuer)
            return null;
        string[] valid = [.. parameters.ValidIssuers ?? [], .. Given(parameters.ValidIssuer), .. Given(authority?.Issuer)];
        return token.Issuer.Length > 0 && valid.Contains(token.Issuer, StringComparer.Ordinal)
            ? null
            : new("The token is of another issuer.") { InvalidIssuer = token.Issuer.Length == 0 ? "(null)" : token.Issuer };
    }

    private static IEnumerable<string> Given(string? value) => string.IsNullOrWhiteSpace(value) ? [] : [value];
}
