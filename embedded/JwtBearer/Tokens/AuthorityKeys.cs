using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Microsoft.IdentityModel.Tokens;

/// <summary>What an OpenID provider publishes: who it is and the public keys it signs with.</summary>
internal sealed record AuthorityKeys(string Issuer, IReadOnlyList<SecurityKey> Keys)
{
    /// <summary>
    /// A token without a known key is tried against all of them, so their number bounds what one request can cost.
    /// </summary>
    private const int MaximumKeys = 32;

    /// <summary>
    /// Reads a JWK set (RFC 7517). Keys of other kinds, for encryption, or that make no sense are left out: others may still fit.
    /// </summary>
    internal static IReadOnlyList<SecurityKey> ReadKeys(JsonElement set)
    {
        List<SecurityKey> keys = [];
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            return keys;
        foreach (var item in list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Take(MaximumKeys))
        {
            try
            {
                if (Text(item, "use") is null or "sig" && ReadKey(item) is { } key)
                {
                    key.KeyId = Text(item, "kid");
                    keys.Add(key);
                }
            }
            catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or InvalidOperationException)
            {
                // One key nobody can use must not take the others away.
            }
        }

        return keys;
    }

    private static SecurityKey? ReadKey(JsonElement item) => Text(item, "kty") switch
    {
        "RSA" => new RsaSecurityKey(new RSAParameters { Modulus = Bytes(item, "n"), Exponent = Bytes(item, "e") }),
        "EC" when Curve(Text(item, "crv")) is { } curve => new ECDsaSecurityKey(ECDsa.Create(
            new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(item, "x"), Y = Bytes(item, "y") } })),
        _ => null,
    };

    private static ECCurve? Curve(string? name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static byte[] Bytes(JsonElement item, string name) =>
        JsonWebToken.Decode(Text(item, name) ?? throw new FormatException($"{name} is missing"));

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
