using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansCalls;

/// <summary>
/// A browser's push subscription: the token of <see cref="PushProvider.WebPush"/>, in the form of
/// <c>PushSubscription.toJSON()</c> (www.w3.org/TR/push-api). It validates the shape; the silo decides which push services are
/// allowed.
/// </summary>
public sealed record WebPushSubscription
{
    private const int EndpointCharacters = 2048;
    private const int PointBytes = 65;
    private const int AuthBytes = 16;

    private WebPushSubscription(Uri endpoint, string p256dh, string auth) => (Endpoint, P256dh, Auth) = (endpoint, p256dh, auth);

    /// <summary>The endpoint URL; a secret, since knowing it suffices to send.</summary>
    public Uri Endpoint { get; }

    /// <summary>The browser's P-256 public key, uncompressed, base64url.</summary>
    public string P256dh { get; }

    /// <summary>The 16-byte authentication secret shared with senders, base64url.</summary>
    public string Auth { get; }

    /// <summary>The canonical token, which is equal for equal subscriptions.</summary>
    public string Token =>
        JsonSerializer.Serialize(new { endpoint = Endpoint.AbsoluteUri, keys = new { p256dh = P256dh, auth = Auth } });

    /// <summary>Parses a token.</summary>
    /// <param name="token">The token from the client, or <see cref="Token"/>.</param>
    /// <param name="subscription">The subscription; null if the token is invalid.</param>
    /// <param name="fault">The error in one sentence, without any part of the token.</param>
    public static bool TryRead(
        string token, [NotNullWhen(true)] out WebPushSubscription? subscription, [NotNullWhen(false)] out string? fault)
    {
        subscription = null;
        fault = "A web_push token is the JSON of a PushSubscription: {endpoint, keys: {p256dh, auth}}.";
        try
        {
            using var json = JsonDocument.Parse(token);
            if (Text(json.RootElement, "endpoint") is not { } address
                || json.RootElement.TryGetProperty("keys", out var keys) is false
                || Text(keys, "p256dh") is not { } p256dh || Text(keys, "auth") is not { } auth)
                return false;
            var wrong = !Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("https" or "http")
                    || endpoint.UserInfo.Length > 0 || endpoint.Fragment.Length > 0 || address.Length > EndpointCharacters
                    || endpoint.AbsoluteUri.Length > EndpointCharacters || !Ascii.IsValid(endpoint.AbsoluteUri)
                ? $"The endpoint of a web_push token must be an https address of at most {EndpointCharacters} ASCII characters."
                : !IsPoint(Bytes(p256dh)) ? "keys.p256dh of a web_push token must be a point of P-256, 65 bytes in base64url."
                : Bytes(auth)?.Length != AuthBytes ? "keys.auth of a web_push token must be 16 bytes in base64url."
                : null;
            if (wrong is not null)
            {
                fault = wrong;
                return false;
            }

            subscription = new WebPushSubscription(
                endpoint!, Base64Url.EncodeToString(Bytes(p256dh)), Base64Url.EncodeToString(Bytes(auth)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        fault = null;
        return true;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

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

    private static bool IsPoint(byte[]? bytes)
    {
        if (bytes is not [0x04, ..] || bytes.Length != PointBytes)
            return false;
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = bytes[1..33], Y = bytes[33..] },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
