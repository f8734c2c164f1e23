using System.Security.Cryptography;

namespace Microsoft.IdentityModel.Tokens;

/// <summary>
/// A key that signatures are checked with. Each kind answers for its own algorithms only, so that no token can pick the kind.
/// </summary>
public abstract class SecurityKey
{
    /// <summary>The key's name, compared with a token's <c>kid</c>; null when it has none.</summary>
    public virtual string? KeyId { get; set; }

    /// <summary>Size in bits.</summary>
    public abstract int KeySize { get; }

    /// <summary>Whether <paramref name="algorithm"/> (a JWS <c>alg</c>) is one for this kind and size of key.</summary>
    internal abstract bool Supports(string algorithm);

    /// <summary>
    /// Whether <paramref name="signature"/> is one of <paramref name="data"/>; only for an algorithm it supports.
    /// </summary>
    internal abstract bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>The hash at the end of the name of a JWS algorithm.</summary>
    private protected static HashAlgorithmName HashOf(string algorithm) => algorithm[^3..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a JWS algorithm."),
    };
}

/// <summary>A secret that signer and reader share: HS256, HS384, HS512.</summary>
public class SymmetricSecurityKey : SecurityKey
{
    private readonly byte[] _key;

    /// <summary>Takes a copy of <paramref name="key"/>, which must be at least as long as the hash it is used with.</summary>
    public SymmetricSecurityKey(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
            throw new ArgumentException("A symmetric key cannot be empty.", nameof(key));
        _key = [.. key];
    }

    /// <summary>A copy of the secret.</summary>
    public virtual byte[] Key => [.. _key];

    /// <inheritdoc />
    public override int KeySize => _key.Length * 8;

    internal override bool Supports(string algorithm) => algorithm switch
    {
        SecurityAlgorithms.HmacSha256 => KeySize >= 256,
        SecurityAlgorithms.HmacSha384 => KeySize >= 384,
        SecurityAlgorithms.HmacSha512 => KeySize >= 512,
        _ => false,
    };

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[64];
        var length = CryptographicOperations.HmacData(HashOf(algorithm), _key, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected[..length], signature);
    }
}

/// <summary>An RSA public key: RS256 to RS512 and PS256 to PS512.</summary>
public class RsaSecurityKey : SecurityKey
{
    /// <summary>Below this a signature proves nothing (RFC 7518, section 3.3).</summary>
    private const int MinimumKeySize = 2048;

    private readonly Lock _gate = new();

    /// <summary>Uses <paramref name="rsa"/>, which must outlive the key.</summary>
    public RsaSecurityKey(RSA rsa)
    {
        ArgumentNullException.ThrowIfNull(rsa);
        Rsa = rsa;
    }

    /// <summary>Uses the public part of <paramref name="rsaParameters"/>.</summary>
    public RsaSecurityKey(RSAParameters rsaParameters) : this(RSA.Create(rsaParameters)) { }

    /// <summary>The key itself.</summary>
    public RSA Rsa { get; }

    /// <inheritdoc />
    public override int KeySize => Rsa.KeySize;

    internal override bool Supports(string algorithm) => KeySize >= MinimumKeySize && algorithm is
        SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSha384 or SecurityAlgorithms.RsaSha512 or
        SecurityAlgorithms.RsaSsaPssSha256 or SecurityAlgorithms.RsaSsaPssSha384 or SecurityAlgorithms.RsaSsaPssSha512;

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var padding = algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        lock (_gate) // RSA does not promise to be safe for two threads at once
            return Rsa.VerifyData(data, signature, HashOf(algorithm), padding);
    }
}

/// <summary>A public key on a NIST curve: ES256 on P-256, ES384 on P-384, ES512 on P-521, never crosswise.</summary>
public class ECDsaSecurityKey : SecurityKey
{
    private readonly Lock _gate = new();

    /// <summary>Uses <paramref name="ecdsa"/>, which must outlive the key.</summary>
    public ECDsaSecurityKey(ECDsa ecdsa)
    {
        ArgumentNullException.ThrowIfNull(ecdsa);
        ECDsa = ecdsa;
    }

    /// <summary>The key itself.</summary>
    public ECDsa ECDsa { get; }

    /// <inheritdoc />
    public override int KeySize => ECDsa.KeySize;

    internal override bool Supports(string algorithm) => (algorithm, KeySize) is
        (SecurityAlgorithms.EcdsaSha256, 256) or (SecurityAlgorithms.EcdsaSha384, 384) or (SecurityAlgorithms.EcdsaSha512, 521);

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
            return ECDsa.VerifyData(data, signature, HashOf(algorithm), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}

/// <summary>Names of signature algorithms (RFC 7518, section 3.1).</summary>
public static class SecurityAlgorithms
{
    /// <summary>HMAC with SHA-256.</summary>
    public const string HmacSha256 = "HS256";

    /// <summary>HMAC with SHA-384.</summary>
    public const string HmacSha384 = "HS384";

    /// <summary>HMAC with SHA-512.</summary>
    public const string HmacSha512 = "HS512";

    /// <summary>RSA PKCS#1 v1.5 with SHA-256.</summary>
    public const string RsaSha256 = "RS256";

    /// <summary>RSA PKCS#1 v1.5 with SHA-384.</summary>
    public const string RsaSha384 = "RS384";

    /// <summary>RSA PKCS#1 v1.5 with SHA-512.</summary>
    public const string RsaSha512 = "RS512";

    /// <summary>RSA-PSS with SHA-256.</summary>
    public const string RsaSsaPssSha256 = "PS256";

    /// <summary>RSA-PSS with SHA-384.</summary>
    public const string RsaSsaPssSha384 = "PS384";

    /// <summary>RSA-PSS with SHA-512.</summary>
    public const string RsaSsaPssSha512 = "PS512";

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public const string EcdsaSha256 = "ES256";

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    public const string EcdsaSha384 = "ES384";

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    public const string EcdsaSha512 = "ES512";
}
