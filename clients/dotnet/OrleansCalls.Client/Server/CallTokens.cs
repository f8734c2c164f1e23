using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.Client.Server;

/// <summary>Issues tokens to users of the app: JWTs signed with HS256.</summary>
public sealed class CallTokens
{
    private const int KeyBytes = 32;

    private readonly OrleansCallsServerOptions _options;
    private readonly TimeProvider _time;
    private readonly SigningCredentials _credentials;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Creates an issuer with these settings.</summary>
    /// <exception cref="ArgumentException">The signing key is missing or shorter than 32 bytes.</exception>
    public CallTokens(OrleansCallsServerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = Encoding.UTF8.GetBytes(options.SigningKey ?? "");
        if (key.Length < KeyBytes)
            throw new ArgumentException($"SigningKey must have at least {KeyBytes} bytes.", nameof(options));
        _options = options;
        _time = time ?? TimeProvider.System;
        _credentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
    }

    /// <summary>A token for a user, whom the app must have authenticated.</summary>
    /// <param name="userId">1 to 128 characters.</param>
    /// <param name="name">The display name that callees see.</param>
    /// <param name="deviceId">Binds the token to a device; null for any.</param>
    /// <param name="lifetime">
    /// The lifetime; an hour if null. At its end the gateway closes the connection, and the client reconnects with a new token.
    /// </param>
    public string Create(string userId, string? name = null, string? deviceId = null, TimeSpan? lifetime = null) =>
        Create(userId, name, deviceId, [], lifetime ?? TimeSpan.FromHours(1));

    /// <summary>A token with which the back end acts for users. It must never reach a client.</summary>
    /// <param name="lifetime">The lifetime; five minutes if null.</param>
    public string CreateForService(TimeSpan? lifetime = null) =>
        Create(_options.ServiceName, null, null, ["service"], lifetime ?? TimeSpan.FromMinutes(5));

    private string Create(string userId, string? name, string? deviceId, string[] roles, TimeSpan lifetime)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        var now = _time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object> { ["sub"] = userId };
        if (name is not null)
            claims["name"] = name;
        if (deviceId is not null)
            claims["device_id"] = deviceId;
        if (roles.Length > 0)
            claims["roles"] = roles;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _options.Issuer,
            Audience = _options.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }
}
