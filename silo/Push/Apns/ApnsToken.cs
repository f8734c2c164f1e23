using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.Silo.Push.Apns;

/// <summary>
/// The provider token of APNs: a JWT signed with ES256 (RFC 7518 section 3.4), renewed after 20 to 60 minutes as Apple requires
/// (developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns).
/// </summary>
internal sealed class ApnsToken(ECDsa key, string keyId, string teamId, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(20);

    // Without the cache of signature providers, which would outlive the key.
    private readonly SigningCredentials _credentials = new(
        new ECDsaSecurityKey(key) { KeyId = keyId }, SecurityAlgorithms.EcdsaSha256)
    {
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock _lock = new();
    private string? _token;
    private DateTimeOffset _signedAt;

    /// <summary>Returns the current token.</summary>
    internal string Get()
    {
        lock (_lock)
        {
            if (_token is null || time.GetUtcNow() - _signedAt > RenewAfter)
                Sign();
            return _token!;
        }
    }

    /// <summary>
    /// Renews the token after APNs rejected <paramref name="expired"/>, unless the last renewal is too recent.
    /// </summary>
    /// <returns>Whether there is a newer token.</returns>
    internal bool Renew(string expired)
    {
        lock (_lock)
        {
            if (_token != expired)
                return true;
            if (time.GetUtcNow() - _signedAt < Soonest)
                return false;
            Sign();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private void Sign()
    {
        _signedAt = time.GetUtcNow();
        _token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = teamId,
            IssuedAt = _signedAt.UtcDateTime,
            SigningCredentials = _credentials,
        });
    }
}
