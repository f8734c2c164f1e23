using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>
/// The signature headers of requests: those of Standard Webhooks (github.com/standard-webhooks), and those of previous versions
/// for existing receivers.
/// </summary>
internal sealed class WebhookSignature
{
    internal const string SecretPrefix = "whsec_";

    private const int LeastSecretBytes = 24;
    private const int MostSecretBytes = 64;
    private const int LeastTextBytes = 32;

    private readonly List<byte[]> _keys;
    private readonly byte[]? _legacyKey;

    internal WebhookSignature(WebhookOptions options)
    {
        _keys = [.. new[] { options.Secret, options.PreviousSecret }.OfType<string>().Select(secret => Key(secret) ?? [])];
        _legacyKey = options.LegacyHeaders ? Encoding.UTF8.GetBytes(options.Secret) : null;
    }

    /// <summary>
    /// Returns the key of a secret: the bytes behind <c>whsec_</c>, or the UTF-8 of a plain text. Null if the secret is
    /// invalid.
    /// </summary>
    internal static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret) is { Length: >= LeastTextBytes } text ? text : null;
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], bytes, out var length)
            && length is >= LeastSecretBytes and <= MostSecretBytes
            ? bytes[..length]
            : null;
    }

    /// <summary>
    /// Returns the id for the header, without dots: dots separate the signed parts, and users choose parts of the id.
    /// </summary>
    internal static string HeaderId(string id) => id.Replace(".", "%2E", StringComparison.Ordinal);

    /// <summary>Signs a request with each secret, the new one first.</summary>
    internal void Sign(HttpRequestMessage request, string id, DateTimeOffset now, byte[] body)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var headerId = HeaderId(id);
        request.Headers.Add("webhook-id", headerId);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", string.Join(
            ' ', _keys.Select(key => "v1," + Convert.ToBase64String(Mac(key, $"{headerId}.{timestamp}.", body)))));
        if (_legacyKey is null)
            return;
        request.Headers.Add("X-Webhook-Id", id);
        request.Headers.Add("X-Webhook-Timestamp", timestamp);
        request.Headers.Add("X-Webhook-Signature", "v1=" + Convert.ToHexStringLower(Mac(_legacyKey, $"{timestamp}.", body)));
    }

    private static byte[] Mac(byte[] key, string head, byte[] body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.ASCII.GetBytes(head));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
