using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Writes the service's own tokens: for development, and for acting on a call straight out of a push.</summary>
public sealed class Tokens(AuthOptions options, TimeProvider time)
{
    /// <summary>The issuer of action tokens, which are taken whoever else's tokens are.</summary>
    public const string ActionIssuer = "orleans-calls/action";

    /// <summary>The claim that holds the one call for which an action token is good.</summary>
    public const string CallClaim = "call_id";

    private static readonly byte[] Header = """{"alg":"HS256","typ":"JWT"}"""u8.ToArray();

    /// <summary>A token for anybody; the caller sees to it that this is Development.</summary>
    public TokenView ForDevelopment(string userId, string? name, string? deviceId, IReadOnlyList<string> roles)
    {
        var now = time.GetUtcNow();
        var expiresAt = now.AddHours(12);
        return new TokenView(Sign(options.Issuer ?? options.Authority!, now, expiresAt, json =>
        {
            json.WriteString("sub", userId);
            if (name is not null)
                json.WriteString("name", name);
            if (deviceId is not null)
                json.WriteString("device_id", deviceId);
            if (roles.Count == 0)
                return;
            json.WriteStartArray("roles");
            foreach (var role in roles)
                json.WriteStringValue(role);
            json.WriteEndArray();
        }), expiresAt);
    }

    /// <summary>A token for one device and one call, good for acting on it over REST until <paramref name="until"/>.</summary>
    public string ForAction(string userId, string deviceId, string callId, DateTimeOffset until) =>
        Sign(ActionIssuer, time.GetUtcNow(), until, json =>
        {
            json.WriteString("sub", userId);
            json.WriteString("device_id", deviceId);
            json.WriteString(CallClaim, callId);
        });

    private string Sign(string issuer, DateTimeOffset now, DateTimeOffset until, Action<Utf8JsonWriter> claims)
    {
        using var payload = new MemoryStream();
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("aud", options.Audience);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", until.ToUnixTimeSeconds());
            claims(json);
            json.WriteEndObject();
        }

        var signed = $"{Base64Url.EncodeToString(Header)}.{Base64Url.EncodeToString(payload.ToArray())}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(options.SigningKey, Encoding.ASCII.GetBytes(signed)))}";
    }
}
