using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls;

/// <summary>
/// Authorizes a woken device, before its user signs in, to act on one call for a few minutes. Its text is
/// <c>act1.key.claims.mac</c>; the MAC is HMAC-SHA256 (RFC 2104) over everything before it.
/// </summary>
/// <param name="CallId">The only call it is valid for.</param>
/// <param name="UserId">The device's user.</param>
/// <param name="DeviceId">The only device it is valid for.</param>
/// <param name="ExpiresAt">The expiry, to the second.</param>
public sealed record ActionToken(string CallId, string UserId, string DeviceId, DateTimeOffset ExpiresAt)
{
    /// <summary>The prefix of every action token; no JWT has it.</summary>
    public const string Prefix = "act1.";

    /// <summary>The lifetime: the longest ring, the time to become ready, and a margin for slow phones.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    // Far more than the longest ids need; longer texts are rejected.
    private const int LongestText = 2048;

    /// <summary>Returns the token signed with <paramref name="key"/>.</summary>
    public string Sign(ActionKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var expires = ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        // Ids have no control characters, so that the line feed is unambiguous.
        var claims = Encoding.UTF8.GetBytes(string.Join('\n', CallId, UserId, DeviceId, expires));
        var signed = $"{Prefix}{key.KeyId}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Mac(key, signed))}";
    }

    /// <summary>
    /// Returns the id of the key with which <paramref name="text"/> claims to be signed; null if it is no action token.
    /// </summary>
    public static string? KeyIdOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= LongestText && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Split('.') is [_, { Length: > 0 } keyId, _, _]
            ? keyId
            : null;
    }

    /// <summary>Verifies a token; null unless it is signed with <paramref name="key"/> and has not expired.</summary>
    public static ActionToken? Read(string text, ActionKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (KeyIdOf(text) != key.KeyId)
            return null;
        var end = text.LastIndexOf('.');
        if (!Decode(text.AsSpan(end + 1), out var mac) || !CryptographicOperations.FixedTimeEquals(mac, Mac(key, text[..end])))
            return null;
        var claims = text[(Prefix.Length + key.KeyId.Length + 1)..end];
        if (!Decode(claims, out var bytes)
            || Encoding.UTF8.GetString(bytes).Split('\n') is not [var callId, var userId, var deviceId, var expires]
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var token = new ActionToken(callId, userId, deviceId, DateTimeOffset.FromUnixTimeSeconds(seconds));
        return now < token.ExpiresAt ? token : null;
    }

    private static byte[] Mac(ActionKey key, string signed) =>
        HMACSHA256.HashData(key.Secret.AsSpan(), Encoding.UTF8.GetBytes(signed));

    private static bool Decode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        // Padding and unused bits of the last character would allow several texts for one token.
        return bytes.Length > 0 && text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }
}
