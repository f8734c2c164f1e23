using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansCalls;

/// <summary>
/// A browser's push subscription: the token of <see cref="PushProvider.WebPush"/>, as <c>PushSubscription.toJSON()</c> gives it
/// (www.w3.org/TR/push-api). Which push services may be asked is the silo's to decide; this is about the shape.
/// </summary>
public sealed record WebPushSubscription
{
    private const int EndpointCharacters = 2048;
    private const int PointBytes = 65;
    private const int AuthBytes = 16;

    private WebPushSubscription(Uri endpoint, string p256dh, string auth) => (Endpoint, P256dh, Auth) = (endpoint, p256dh, auth);

    /// <summary>The address at the push service; a secret, since it is all that a sender has to know.</summary>
    public Uri Endpoint { get; }

    /// <summary>The browser's P-256 public key, uncompressed, base64url.</summary>
    public string P256dh { get; }

    /// <summary>The 16 bytes of secret that the browser shares with senders, base64url.</summary>
    public string Auth { get; }

    /// <summary>The token as it is kept: the same text for the same subscription, whatever else the JSON held and however it was written.</summary>
    public string Token => JsonSerializer.Serialize(new { endpoint = Endpoint.AbsoluteUri, keys = new { p256dh = P256dh, auth = Auth } });

    /// <summary>Reads a token.</summary>
    /// <param name="token">What the client gave, or <see cref="Token"/>.</param>
    /// <param name="subscription">The subscription, if the token is one.</param>
    /// <param name="fault">Else one sentence that says what is wrong, without any part of the token.</param>
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
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
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
