using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Ice;

/// <summary>
/// ICE servers for one user. TURN credentials expire and are bound to the user, as coturn's <c>use-auth-secret</c> expects: the
/// user name is <c>expiry:</c> and <see cref="NameOf"/>, the password the base64 of HMAC-SHA1 over it.
/// </summary>
public sealed class IceServers(IceOptions options, TimeProvider time)
{
    /// <summary>Returns the servers for <paramref name="userId"/>, with the lifetime of their credentials.</summary>
    public IceServersView Answer(string userId) => new(For(userId), (int)options.TurnTtl.TotalSeconds);

    /// <summary>Returns the user's name on TURN servers and in their logs; null without TURN.</summary>
    public string? NameOf(string userId) =>
        options.TurnUrls.Length > 0 && options.TurnSecret is { } secret ? IdText.ForTurn(userId, secret) : null;

    /// <summary>Returns the ICE servers for <paramref name="userId"/>'s peer connections.</summary>
    public IReadOnlyList<IceServer> For(string userId)
    {
        var servers = new List<IceServer>(2);
        if (options.StunUrls.Length > 0)
            servers.Add(new IceServer(options.StunUrls));
        if (options.TurnUrls.Length > 0 && options.TurnSecret is { } secret)
        {
            var username = $"{(time.GetUtcNow() + options.TurnTtl).ToUnixTimeSeconds()}:{IdText.ForTurn(userId, secret)}";
#pragma warning disable CA5350 // HMAC-SHA1 is what TURN servers check; SHA-1's collisions do not weaken the secret behind it.
            var credential = Convert.ToBase64String(HMACSHA1.HashData(secret, Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
            servers.Add(new IceServer(options.TurnUrls, username, credential));
        }

        return servers;
    }
}
