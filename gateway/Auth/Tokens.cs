using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Writes tokens for development, where no other issuer is at hand.</summary>
public sealed class Tokens(AuthOptions options, TimeProvider time)
{
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
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(options.SigningKey!, Encoding.ASCII.GetBytes(signed)))}";
    }
}
