using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>VAPID key pairs (RFC 8292): P-256, in the encoding of browsers and other push libraries.</summary>
internal static class VapidKeys
{
    private const int ScalarBytes = 32;
    private const int PointBytes = 65;

    internal static (string Public, string Private) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return (
            Base64Url.EncodeToString([0x04, .. parameters.Q.X!, .. parameters.Q.Y!]),
            Base64Url.EncodeToString(parameters.D));
    }

    internal static bool IsPrivate(string text) => Bytes(text)?.Length == ScalarBytes;

    internal static bool IsPair(string publicKey, string privateKey)
    {
        // Browsers compare, and push services parse, the public key as text: no padding.
        if (Bytes(publicKey) is not { Length: PointBytes } point || point[0] != 0x04
            || Base64Url.EncodeToString(point) != publicKey
            || Bytes(privateKey) is not { } scalar)
            return false;
        try
        {
            var parameters = new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] },
            };
            using var verifier = ECDsa.Create(parameters);
            parameters.D = scalar;
            using var signer = ECDsa.Create(parameters);
            return verifier.VerifyData(point, signer.SignData(point, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Bytes(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
