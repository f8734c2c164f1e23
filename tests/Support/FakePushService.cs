using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// A push service and the browsers behind it, on loopback. It checks every request as RFC 8030, 8188, 8291 and 8292 have it,
/// decrypts as the browser would, and answers as the test says.
/// </summary>
public sealed class FakePushService : IAsyncDisposable
{
    public const string Subject = "mailto:calls@example.org";

    private readonly WebApplication _app;
    private readonly ECDsa _vapid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, Browser> _browsers = new();

    private FakePushService(WebApplication app) => _app = app;

    /// <summary>Pushes that were taken, decrypted.</summary>
    public ConcurrentQueue<TakenPush> Taken { get; } = new();

    /// <summary>Told of each push that was taken.</summary>
    public Action<TakenPush>? OnTaken { get; set; }

    /// <summary>The browsers that pushes were for, in order, taken or not.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What is wrong with requests that came.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>What is answered for a browser; null takes the push.</summary>
    public Func<string, IResult?> Answer { get; set; } = _ => null;

    /// <summary>How the service is reached: a name, so that it is looked up.</summary>
    public string Origin => $"http://localhost:{new Uri(_app.Urls.Single()).Port}";

    /// <summary>The application's keys, which browsers subscribe with.</summary>
    public string PublicKey => Point(_vapid.ExportParameters(false));

    public string PrivateKey => Base64Url.EncodeToString(_vapid.ExportParameters(true).D);

    /// <summary>The settings that let a silo use it, in the section <c>Push</c>.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("WebPush:PublicKey", PublicKey), ("WebPush:PrivateKey", PrivateKey), ("WebPush:Subject", Subject),
        ("WebPush:AllowedOrigins", Origin),
    ];

    public static async Task<FakePushService> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakePushService(builder.Build());
        fake._app.MapPost("/push/{id}", fake.Take);
        fake._app.MapFallback((HttpRequest request) =>
        {
            fake.Faults.Enqueue($"{request.Method} {request.Path} is no endpoint");
            return Results.NotFound();
        });
        await fake._app.StartAsync();
        return fake;
    }

    /// <summary>A browser subscribes; the result is <c>JSON.stringify</c> of its PushSubscription.</summary>
    public string Subscribe(string id)
    {
        var browser = _browsers.GetOrAdd(id, _ => new Browser());
        return JsonSerializer.Serialize(new
        {
            endpoint = $"{Origin}/push/{id}", expirationTime = (long?)null,
            keys = new { p256dh = browser.PublicKey, auth = browser.AuthText },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _vapid.Dispose();
    }

    private async Task<IResult> Take(HttpRequest request, string id)
    {
        Asked.Enqueue(id);
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        var headers = request.Headers;
        var isTheirs = CheckVapid(headers.Authorization.ToString());
        Check(
            long.TryParse(headers["TTL"], NumberStyles.None, CultureInfo.InvariantCulture, out var ttl), $"TTL {headers["TTL"]}");
        Check(headers["Urgency"] == "high", $"urgency {headers["Urgency"]}");
        Check(
            headers["Topic"].ToString() is { Length: > 0 and <= 32 } topic
                && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            $"topic {headers["Topic"]}");
        Check(headers.ContentEncoding == "aes128gcm", $"content encoding {headers.ContentEncoding}");
        Check(buffer.Length <= 4096, $"{buffer.Length} bytes");
        Check(!headers.ContainsKey("traceparent"), "a trace's id is sent");
        if (Answer(id) is { } answer)
            return answer;
        if (!isTheirs)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!_browsers.TryGetValue(id, out var browser))
            return Results.StatusCode(StatusCodes.Status410Gone);
        var push = new TakenPush(id, ttl, headers["Topic"]!, JsonDocument.Parse(browser.Decrypt(buffer.ToArray())).RootElement);
        Taken.Enqueue(push);
        OnTaken?.Invoke(push);
        return Results.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>False if it is signed by another application than the one that the browsers have subscribed to.</summary>
    private bool CheckVapid(string authorization)
    {
        var parts = authorization.StartsWith("vapid ", StringComparison.Ordinal)
            ? authorization["vapid ".Length..].Split(", ").Select(part => part.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => pair[1])
            : [];
        if (parts.GetValueOrDefault("k") != PublicKey)
            return false;
        if (parts.GetValueOrDefault("t")?.Split('.') is not [var header, var claims, var signature])
        {
            Faults.Enqueue("the VAPID token is no JWT");
            return true;
        }

        Check(
            _vapid.VerifyData(
                Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256),
            "the VAPID token is not signed with the key");
        var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement;
        var body = JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement;
        var left = body.GetProperty("exp").GetInt64() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Check(head.GetProperty("alg").GetString() == "ES256" && body.GetProperty("aud").GetString() == Origin
            && body.GetProperty("sub").GetString() == Subject && left is > 0 and <= 24 * 3600,
            $"the VAPID token says {head} {body}");
        return true;
    }

    private void Check(bool holds, string what)
    {
        if (!holds)
            Faults.Enqueue(what);
    }

    private static string Point(ECParameters key) => Base64Url.EncodeToString([0x04, .. key.Q.X!, .. key.Q.Y!]);

    /// <summary>A browser's half of a subscription, which decrypts (RFC 8291 section 3).</summary>
    public sealed class Browser
    {
        private readonly ECDiffieHellman _key;
        private readonly byte[] _auth;

        public Browser()
            : this(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16))
        {
        }

        public Browser(ECDiffieHellman key, byte[] auth) => (_key, _auth) = (key, auth);

        public string PublicKey => Point(_key.ExportParameters(false));

        public string AuthText => Base64Url.EncodeToString(_auth);

        public byte[] Decrypt(byte[] body)
        {
            var (salt, recordSize, idLength) = (body[..16], BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)), body[20]);
            var sender = body[21..(21 + idLength)];
            var record = body[(21 + idLength)..];
            if (record.Length > recordSize)
                throw new InvalidDataException("There is more than one record.");
            using var other = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] },
            });
            var secret = _key.DeriveRawSecretAgreement(other.PublicKey);
            byte[] keyInfo = [.. "WebPush: info\0"u8, .. Base64Url.DecodeFromChars(PublicKey), .. sender];
            var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, _auth, keyInfo);
            var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
            var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, "Content-Encoding: nonce\0"u8.ToArray());
            using var aes = new AesGcm(key, 16);
            var plain = new byte[record.Length - 16];
            aes.Decrypt(nonce, record.AsSpan(0, plain.Length), record.AsSpan(plain.Length), plain);
            // The last record ends with 2 and padding.
            var end = Array.FindLastIndex(plain, b => b != 0);
            return plain[end] == 2 ? plain[..end] : throw new InvalidDataException("The record is not the last.");
        }
    }
}

/// <summary>A push as the browser gets it.</summary>
public sealed record TakenPush(string Browser, long Ttl, string Topic, JsonElement Payload)
{
    public string this[string field] => Payload.GetProperty(field).GetString()!;
}
