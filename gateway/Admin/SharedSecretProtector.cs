using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// Protects the state that the browser carries through a sign-in. With a client secret all gateways derive the same key, so
/// that one can complete what another began; the framework's own keys are local to each machine.
/// </summary>
internal sealed class SharedSecretProtector : IDataProtectionProvider, IDataProtector
{
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly byte[] _key;

    private SharedSecretProtector(byte[] key) => _key = key;

    /// <summary>
    /// Creates a protector whose key is derived from the secret; without a secret the key is random and local to this process.
    /// </summary>
    public static SharedSecretProtector Of(string? secret) => new(secret is null
        ? RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes)
        : HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), SHA256.HashSizeInBytes,
            info: "orleanscalls admin oidc"u8.ToArray()));

    /// <inheritdoc/>
    public IDataProtector CreateProtector(string purpose) => new SharedSecretProtector(
        HKDF.Expand(HashAlgorithmName.SHA256, _key, SHA256.HashSizeInBytes, Encoding.UTF8.GetBytes(purpose)));

    /// <inheritdoc/>
    public byte[] Protect(byte[] plaintext)
    {
        var answer = new byte[NonceBytes + plaintext.Length + TagBytes];
        RandomNumberGenerator.Fill(answer.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(
            answer.AsSpan(0, NonceBytes), plaintext, answer.AsSpan(NonceBytes, plaintext.Length), answer.AsSpan(^TagBytes..));
        return answer;
    }

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">The data was protected with another key, or has been changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < NonceBytes + TagBytes)
            throw new CryptographicException("The protected data is too short.");
        var plaintext = new byte[protectedData.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(
            protectedData.AsSpan(0, NonceBytes), protectedData.AsSpan(NonceBytes, plaintext.Length),
            protectedData.AsSpan(^TagBytes..), plaintext);
        return plaintext;
    }
}
