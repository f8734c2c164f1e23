using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Client.Server;

/// <summary>Verifies and reads the webhooks of OrleansCalls, which are signed according to Standard Webhooks.
/// Thread-safe.</summary>
public sealed class WebhookVerifier
{
    /// <summary>The header with the event's id, its dots as <c>%2E</c>.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of sending, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signatures, one for each of the service's secrets.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string Version = "v1,";
    private const string SecretPrefix = "whsec_";

    // Services of the previous version send only these.
    private const string LegacyTimestampHeader = "X-Webhook-Timestamp";
    private const string LegacySignatureHeader = "X-Webhook-Signature";
    private const string LegacyVersion = "v1=";

    private readonly (byte[] Key, byte[] LegacyKey)[] _secrets;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _time;

    /// <summary>Creates a verifier with these settings.</summary>
    /// <exception cref="ArgumentException">
    /// There is no secret, or one is <c>whsec_</c> with something else than base64 behind it.
    /// </exception>
    public WebhookVerifier(OrleansCallsServerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.WebhookSecrets.Count == 0 || options.WebhookSecrets.Any(string.IsNullOrEmpty))
            throw new ArgumentException("WebhookSecrets must hold a secret.", nameof(options));
        _secrets = [.. options.WebhookSecrets.Select(secret => (Key(secret), Encoding.UTF8.GetBytes(secret)))];
        _tolerance = options.WebhookTolerance;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Verifies a request. The service retries an event until the response is 2xx, always with the same <see
    /// cref="WebhookEvent.Id"/>: store processed ids, and ignore duplicates. That also makes a replay within the tolerance
    /// harmless.</summary>
    /// <param name="header">Returns a header of the request by its name, null if it is missing.</param>
    /// <param name="body">The body as it came, before any parsing.</param>
    /// <param name="verified">The event, if the request is genuine.</param>
    /// <returns><see cref="WebhookFault.None"/> if the request is genuine; else respond with 400.</returns>
    public WebhookFault Verify(Func<string, string?> header, ReadOnlySpan<byte> body, out WebhookEvent? verified)
    {
        ArgumentNullException.ThrowIfNull(header);
        verified = null;
        var isStandard = !string.IsNullOrEmpty(header(SignatureHeader));
        var (id, timestamp, signature) = isStandard
            ? (header(IdHeader), header(TimestampHeader), header(SignatureHeader))
            : ("", header(LegacyTimestampHeader), header(LegacySignatureHeader));
        if (id is null || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
            return WebhookFault.NotSigned;
        if (!(isStandard ? IsSigned($"{id}.{timestamp}.", signature, body) : IsSignedAsBefore(timestamp, signature, body)))
            return WebhookFault.WrongSignature;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(_time.GetUtcNow().ToUnixTimeSeconds() - (double)seconds) > _tolerance.TotalSeconds)
            return WebhookFault.WrongTime;
        try
        {
            verified = JsonSerializer.Deserialize(body, ClientJson.Default.WebhookEvent);
        }
        catch (JsonException)
        {
            // Handled as a body without an event.
        }

        return verified is { Id.Length: > 0 } ? WebhookFault.None : WebhookFault.Unreadable;
    }

    private static byte[] Key(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret);
        try
        {
            return Convert.FromBase64String(secret[SecretPrefix.Length..]);
        }
        catch (FormatException)
        {
            throw new ArgumentException("WebhookSecrets must hold whsec_ and base64, or a text.");
        }
    }

    private bool IsSigned(string head, string signatures, ReadOnlySpan<byte> body)
    {
        foreach (var signature in signatures.Split(' '))
        {
            var given = new byte[HMACSHA256.HashSizeInBytes];
            if (!signature.StartsWith(Version, StringComparison.Ordinal)
                || !Convert.TryFromBase64String(signature[Version.Length..], given, out var length) || length != given.Length)
                continue;
            foreach (var (key, _) in _secrets)
                if (CryptographicOperations.FixedTimeEquals(Mac(key, head, body), given))
                    return true;
        }

        return false;
    }

    private bool IsSignedAsBefore(string timestamp, string signature, ReadOnlySpan<byte> body)
    {
        byte[] given;
        try
        {
            given = signature.StartsWith(LegacyVersion, StringComparison.Ordinal)
                ? Convert.FromHexString(signature[LegacyVersion.Length..])
                : [];
        }
        catch (FormatException)
        {
            return false;
        }

        foreach (var (_, key) in _secrets)
            if (CryptographicOperations.FixedTimeEquals(Mac(key, timestamp + ".", body), given))
                return true;
        return false;
    }

    private static byte[] Mac(byte[] key, string head, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>Why a request is not a genuine webhook.</summary>
public enum WebhookFault
{
    /// <summary>The request is genuine.</summary>
    None = 0,

    /// <summary>A header is missing.</summary>
    NotSigned,

    /// <summary>The signature is wrong: another sender, another secret, or an altered body.</summary>
    WrongSignature,

    /// <summary>The request is too old, or from the future: a replay, or clocks that differ.</summary>
    WrongTime,

    /// <summary>The signature is valid, but the body contains no event.</summary>
    Unreadable,
}

/// <summary>An event for the app's back end, or with the type <c>call.authorize</c> a request for its decision.</summary>
public sealed record WebhookEvent
{
    /// <summary>Unique for each event, and the same for its retries.</summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// <c>call.created</c>, <c>call.ringing</c>, <c>call.accepted</c>, <c>call.active</c>, <c>call.missed</c>,
    /// <c>call.ended</c> or <c>call.authorize</c>.
    /// </summary>
    public string Type { get; init; } = "";

    /// <summary>The event's time.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The callee concerned; for <c>call.authorize</c> the caller.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// Only for <c>call.authorize</c>: the users to ring. Respond with 200 and <c>{"allow": true}</c> within a second.
    /// </summary>
    public IReadOnlyList<string>? CalleeIds { get; init; }

    /// <summary>The call at that time.</summary>
    public required Call Call { get; init; }
}
