using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Tokens, good ones and made ones.</summary>
internal static class Tokens
{
    public static string Of(string userId, params string[] roles) => Sign(Claims(userId, roles));

    public static JsonObject Claims(string userId, params string[] roles) => new()
    {
        ["iss"] = "orleans-calls",
        ["aud"] = "orleans-calls",
        ["sub"] = userId,
        ["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
        ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]),
    };

    public static string Sign(JsonObject claims, string head = """{"alg":"HS256","typ":"JWT"}""", string key = Program.SigningKey)
    {
        var signed = $"{Base64(head)}.{Base64(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Base64(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>The claims with some of them changed; null takes one out.</summary>
    public static JsonObject With(string userId, params (string Name, JsonNode? Value)[] changes)
    {
        var claims = Claims(userId);
        foreach (var (name, value) in changes)
        {
            claims.Remove(name);
            if (value is not null)
                claims[name] = value;
        }

        return claims;
    }
}
