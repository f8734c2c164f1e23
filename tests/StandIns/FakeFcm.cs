using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Apis.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.StandIns.Tests;

/// <summary>FCM and Google's OAuth, on the loopback interface.</summary>
internal sealed class FakeFcm : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);

    private FakeFcm(WebApplication app) => _app = app;

    /// <summary>Bodies of the messages that came, with who sent them.</summary>
    internal ConcurrentQueue<(string Path, string Authorization, JsonElement Body)> Messages { get; } = new();

    /// <summary>Access tokens that were asked for.</summary>
    internal ConcurrentQueue<string> Assertions { get; } = new();

    /// <summary>What FCM answers to a registration token; by default it takes the message.</summary>
    internal Func<string, IResult?> Answer { get; set; } = _ => null;

    internal bool RefusesUs { get; set; }

    /// <summary>A service account whose tokens are to be fetched here.</summary>
    internal string Credential => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["project_id"] = "calls-test",
        ["private_key_id"] = "k1",
        ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = "push@calls-test.example",
        ["client_id"] = "1",
        ["token_uri"] = Address + "/token",
    });

    private string Address => _app.Urls.Single();

    internal static async Task<FakeFcm> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeFcm(builder.Build());
        fake._app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            fake.Assertions.Enqueue(form["assertion"].ToString());
            return fake.RefusesUs
                ? Results.Json(new { error = "invalid_grant" }, statusCode: 400)
                : Results.Json(new { access_token = "a-token", expires_in = 3600, token_type = "Bearer" });
        });
        fake._app.MapPost("/v1/{**path}", async (HttpRequest request) =>
        {
            using var body = await JsonDocument.ParseAsync(request.Body);
            fake.Messages.Enqueue((request.Path, request.Headers.Authorization.ToString(), body.RootElement.Clone()));
            var token = body.RootElement.GetProperty("message").GetProperty("token").GetString()!;
            return fake.Answer(token) ?? Results.Json(new { name = "projects/calls-test/messages/" + token });
        });
        await fake._app.StartAsync();
        return fake;
    }

    /// <summary>An error as FCM words it.</summary>
    internal static IResult Error(int code, string status, string? fcmCode = null) => Results.Json(
        new
        {
            error = new
            {
                code,
                status,
                message = "no",
                details = fcmCode is null ? [] : new[]
                {
                    new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.rpc.BadRequest" },
                    new() { ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError", ["errorCode"] = fcmCode },
                },
            },
        },
        statusCode: code);

    /// <summary>HTTP that takes this for Google.</summary>
    internal HttpClientFactory Factory() => new Redirect(new Uri(Address));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private sealed class Redirect(Uri to) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => new Handler(to);
    }

    private sealed class Handler(Uri to) : HttpClientHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The same request comes again when Google's client repeats it with a new access token.
            if (request.RequestUri!.Authority != to.Authority)
                Assert.Equal("https://fcm.googleapis.com", request.RequestUri.GetLeftPart(UriPartial.Authority));
            request.RequestUri = new Uri(to, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
