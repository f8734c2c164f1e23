using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// APNs on loopback, HTTP/2 with prior knowledge. It checks every request as Apple documents it, and answers as the test says.
/// </summary>
public sealed class FakeApns : IAsyncDisposable
{
    public const string KeyId = "ABC123DEFG";
    public const string TeamId = "TEAM456789";
    public const string BundleId = "com.example.calls";

    private readonly WebApplication _app;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _file = Path.GetTempFileName();

    private FakeApns(WebApplication app) => _app = app;

    /// <summary>Payloads that were taken, with the device token and the headers.</summary>
    public ConcurrentQueue<(string Token, IHeaderDictionary Headers, JsonElement Payload)> Taken { get; } = new();

    /// <summary>Provider tokens that came, in order.</summary>
    public ConcurrentQueue<string> ProviderTokens { get; } = new();

    /// <summary>Connections that requests came over.</summary>
    public ConcurrentDictionary<string, int> Connections { get; } = new();

    /// <summary>What is wrong with requests that came.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Status and reason for a device token; null takes the push.</summary>
    public Func<string, (int Status, string? Reason, long? Timestamp)?> Answer { get; set; } = _ => null;

    public string Address => _app.Urls.Single();

    /// <summary>The key's <c>.p8</c> file.</summary>
    public string KeyFile => _file;

    public static async Task<FakeApns> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var fake = new FakeApns(builder.Build());
        fake._app.MapPost("/3/device/{token}", fake.Send);
        await fake._app.StartAsync();
        await File.WriteAllTextAsync(fake._file, fake._key.ExportPkcs8PrivateKeyPem());
        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        File.Delete(_file);
    }

    private async Task<IResult> Send(HttpRequest request, string token)
    {
        Connections.AddOrUpdate(request.HttpContext.Connection.Id, 1, (_, count) => count + 1);
        var headers = request.Headers;
        var provider = headers.Authorization.ToString()["bearer ".Length..];
        ProviderTokens.Enqueue(provider);
        CheckProviderToken(provider);
        if (headers["apns-topic"] != BundleId + ".voip" || headers["apns-push-type"] != "voip"
            || headers["apns-priority"] != "10")
            Faults.Enqueue(
                $"topic {headers["apns-topic"]}, type {headers["apns-push-type"]}, priority {headers["apns-priority"]}");
        if (!long.TryParse(headers["apns-expiration"], out _) || !Guid.TryParse(headers["apns-id"], out _))
            Faults.Enqueue($"expiration {headers["apns-expiration"]}, id {headers["apns-id"]}");
        using var body = await JsonDocument.ParseAsync(request.Body);
        if (!body.RootElement.TryGetProperty("aps", out _) || body.RootElement.GetProperty("type").GetString() != "call_incoming")
            Faults.Enqueue("a VoIP push must ring, and have an aps member");
        if (Answer(token) is not var (status, reason, timestamp))
        {
            Taken.Enqueue((token, new HeaderDictionary(headers.ToDictionary()), body.RootElement.Clone()));
            return Results.Ok();
        }

        return timestamp is null
            ? Results.Json(new { reason }, statusCode: status)
            : Results.Json(new { reason, timestamp }, statusCode: status);
    }

    private void CheckProviderToken(string token)
    {
        if (token.Split('.') is not [var header, var claims, var signature])
        {
            Faults.Enqueue("the provider token is no JWT");
            return;
        }

        if (!_key.VerifyData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256))
            Faults.Enqueue("the provider token is not signed with the key");
        var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement;
        var body = JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement;
        if (head.GetProperty("alg").GetString() != "ES256" || head.GetProperty("kid").GetString() != KeyId
            || body.GetProperty("iss").GetString() != TeamId || !body.GetProperty("iat").TryGetInt64(out _))
            Faults.Enqueue($"the provider token says {head} {body}");
    }
}
