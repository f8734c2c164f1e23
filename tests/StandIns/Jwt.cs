using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.StandIns.Tests;

/// <summary>Makes tokens, good and bad, by hand.</summary>
internal static class Jwt
{
    internal const string Issuer = "https://issuer.example";
    internal const string Audience = "calls";

    internal static readonly byte[] Key = SHA256.HashData("a shared secret"u8);

    internal static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Claims that hold, with more at their end.</summary>
    internal static string Claims(string more = "\"sub\":\"alice\"") =>
        $"{{\"iss\":\"{Issuer}\",\"aud\":\"{Audience}\",\"exp\":{Now + 600},{more}}}";

    internal static string Hs256(string payload, string header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", byte[]? key = null) =>
        Sign(header, Encoding.UTF8.GetBytes(payload), data => HMACSHA256.HashData(key ?? Key, data));

    internal static string Rs256(string payload, RSA key, string kid) => Sign(
        $"{{\"alg\":\"RS256\",\"kid\":\"{kid}\"}}", Encoding.UTF8.GetBytes(payload),
        data => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    internal static string Es256(string payload, ECDsa key, string kid) => Sign(
        $"{{\"alg\":\"ES256\",\"kid\":\"{kid}\"}}", Encoding.UTF8.GetBytes(payload), data => key.SignData(data, HashAlgorithmName.SHA256));

    internal static string Sign(string header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var data = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(payload)}";
        return $"{data}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(data)))}";
    }

    /// <summary>As an OpenID provider publishes it.</summary>
    internal static string Jwk(RSA key, string kid)
    {
        var parameters = key.ExportParameters(false);
        return $$"""
            {"kty":"RSA","use":"sig","kid":"{{kid}}","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"}
            """;
    }

    /// <summary>As an OpenID provider publishes it.</summary>
    internal static string Jwk(ECDsa key, string kid)
    {
        var point = key.ExportParameters(false).Q;
        return $$"""
            {"kty":"EC","crv":"P-256","kid":"{{kid}}","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}
            """;
    }
}
