using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// FCM and Google's OAuth on loopback. It checks every request against the documented format, and answers it as the test says.
/// </summary>
public sealed class FakeFcm : IAsyncDisposable
{
    public const string Project = "calls-test";

    // Either is enough for FCM.
    private static readonly string[] Scopes =
        ["https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform"];

    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _file = Path.GetTempFileName();
    private int _accessTokens;
    private int _revoked;

    private FakeFcm(WebApplication app) => _app = app;

    /// <summary>Messages that were taken.</summary>
    public ConcurrentQueue<JsonElement> Taken { get; } = new();

    /// <summary>All requests for sending, taken, refused or unauthenticated, by registration token.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What is wrong with requests that came.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Told of each message that was taken.</summary>
    public Action<JsonElement>? OnTaken { get; set; }

    /// <summary>What is answered for a registration token; null takes the message.</summary>
    public Func<string, Task<IResult?>> Answer { get; set; } = _ => Task.FromResult<IResult?>(null);

    /// <summary>Whether Google refuses the service account.</summary>
    public bool RefusesUs { get; set; }

    public int AccessTokens => _accessTokens;

    public string Address => _app.Urls.Single();

    /// <summary>A service account's key file whose tokens are fetched here.</summary>
    public string CredentialsFile => _file;

    public static async Task<FakeFcm> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeFcm(builder.Build());
        fake._app.MapPost("/token", fake.Token);
        fake._app.MapPost("/v1/projects/{project}/messages:send", fake.Send);
        fake._app.MapFallback((HttpRequest request) =>
        {
            fake.Faults.Enqueue($"{request.Method} {request.Path} is no address of FCM's");
            return Results.NotFound();
        });
        await fake._app.StartAsync();
        await File.WriteAllTextAsync(fake._file, JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["project_id"] = Project,
            ["private_key_id"] = "k1",
            ["private_key"] = fake._key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "push@calls-test.example",
            ["client_id"] = "1",
            ["token_uri"] = fake.Address + "/token",
        }));
        return fake;
    }

    /// <summary>Revokes all access tokens issued so far.</summary>
    public void Revoke() => _revoked = _accessTokens;

    /// <summary>An error as FCM words it; its code is not the first of the details.</summary>
    public static IResult Error(int status, string word, string? fcmCode = null, string message = "no", int? retryAfter = null) =>
        new WithHeader(Results.Json(new
        {
            error = new
            {
                code = status,
                status = word,
                message,
                details = fcmCode is null ? [] : new[]
                {
                    new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.rpc.BadRequest" },
                    new Dictionary<string, string>
                    {
                        ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError", ["errorCode"] = fcmCode,
                    },
                },
            },
        }, statusCode: status), retryAfter);

    public static IResult Unregistered() => Error(404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found.");

    public static IResult Unavailable(int? retryAfter = null) => Error(503, "UNAVAILABLE", "UNAVAILABLE", "busy", retryAfter);

    /// <summary>The connection is cut in the middle.</summary>
    public static IResult Reset() => new CutOff();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        File.Delete(_file);
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer")
            Faults.Enqueue($"grant_type is {form["grant_type"]}");
        if (form["assertion"].ToString().Split('.') is not [var header, var claims, var signature])
        {
            Faults.Enqueue("the assertion is no JWT");
            return Results.BadRequest();
        }

        if (!_key.VerifyData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1))
            Faults.Enqueue("the assertion is not signed with the account's key");
        var json = JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement;
        // Google's library names Google's own address as the audience, wherever the token is fetched.
        if (json.GetProperty("iss").GetString() != "push@calls-test.example"
            || json.GetProperty("aud").GetString() != "https://oauth2.googleapis.com/token")
            Faults.Enqueue($"the assertion claims {json}");
        if (json.GetProperty("scope").GetString()?.Split(' ').Intersect(Scopes).Any() != true)
            Faults.Enqueue($"the scope is {json.GetProperty("scope")}");
        if (RefusesUs)
            return Results.Json(new { error = "invalid_grant", error_description = "Invalid JWT Signature." }, statusCode: 400);
        return Results.Json(
            new
            {
                access_token = $"access-{Interlocked.Increment(ref _accessTokens)}", expires_in = 3600, token_type = "Bearer",
            });
    }

    private async Task<IResult> Send(HttpRequest request, string project)
    {
        if (project != Project)
            Faults.Enqueue($"the project is {project}");
        using var body = await JsonDocument.ParseAsync(request.Body);
        var message = body.RootElement.GetProperty("message").Clone();
        FcmFormat.Check(message, Faults.Enqueue);
        var token = message.GetProperty("token").GetString()!;
        Asked.Enqueue(token);
        if (!IsAuthenticated(request.Headers.Authorization.ToString()))
            return Error(401, "UNAUTHENTICATED");
        if (await Answer(token) is { } answer)
            return answer;
        Taken.Enqueue(message);
        OnTaken?.Invoke(message);
        return Results.Json(new { name = $"projects/{Project}/messages/{Guid.NewGuid():N}" });
    }

    private bool IsAuthenticated(string authorization)
    {
        const string ours = "Bearer access-";
        return authorization.StartsWith(ours, StringComparison.Ordinal)
            && int.TryParse(authorization.AsSpan(ours.Length), out var number) && number > _revoked && number <= _accessTokens;
    }

    private sealed class WithHeader(IResult inner, int? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (retryAfter is { } seconds)
                httpContext.Response.Headers.RetryAfter = $"{seconds}";
            return inner.ExecuteAsync(httpContext);
        }
    }

    private sealed class CutOff : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Features.Get<IConnectionSocketFeature>()!.Socket.Close(0);
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }
}

/// <summary>
/// The format of firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, and the protocol's own rules for pushes.
/// </summary>
internal static class FcmFormat
{
    private static readonly string[] Always =
    [
        "type", "callId", "callUuid", "callerId", "callerName", "media", "ringUntil", "ttlMs", "sentAt",
    ];
    private static readonly string[] OfTest = ["type", "testId", "ttlMs", "sentAt"];
    private static readonly string[] Sometimes =
    [
        "conversationId", "actionToken", "channelId", "call_id", "server_call_id", "caller_number", "callType", "call_type",
        "caller_id", "caller_name",
        "caller_username", "conversation_id", "roomId",
    ];

    internal static void Check(JsonElement message, Action<string> fault)
    {
        foreach (var member in message.EnumerateObject())
            if (member.Name is not ("token" or "data" or "android" or "webpush" or "apns"))
                fault($"message.{member.Name} has no place in a data message");
        if (message.GetProperty("token").GetString() is not { Length: > 0 })
            fault("message.token is empty");
        var data = message.GetProperty("data");
        var names = data.EnumerateObject().Select(member => member.Name).ToList();
        var isTest = data.GetProperty("type").GetString() == "test_ring";
        var always = isTest ? OfTest : Always;
        foreach (var name in always.Except(names))
            fault($"data.{name} is missing");
        foreach (var name in names.Except(always).Except(isTest ? ["actionToken"] : Sometimes))
            fault($"data.{name} is not in the protocol");
        foreach (var member in data.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.String))
            fault($"data.{member.Name} is no string");
        var android = message.GetProperty("android");
        if (!string.Equals(android.GetProperty("priority").GetString(), "high", StringComparison.OrdinalIgnoreCase))
            fault("android.priority is not high");
        if (android.TryGetProperty("collapse_key", out _))
            fault("android.collapse_key would let one call take the place of another");
        var ttl = android.GetProperty("ttl").GetString()!;
        if (!ttl.EndsWith('s')
            || !decimal.TryParse(ttl[..^1], System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0 or > 2_419_200)
            fault($"android.ttl is {ttl}");
        if (message.TryGetProperty("apns", out var apns))
        {
            var headers = apns.GetProperty("headers");
            var kind = (headers.GetProperty("apns-push-type").GetString(), headers.GetProperty("apns-priority").GetString());
            if (kind != (isTest ? ("background", "5") : ("alert", "10")))
                fault($"apns.headers are those of {kind}");
            if (data.GetProperty("type").GetString() == "call_cancelled")
                fault("a cancel is no alert");
        }
    }
}
