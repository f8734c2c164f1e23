using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tests.Support;

/// <summary>The whole service in this process: real sockets on a port of its own, its data in a folder of its own.</summary>
public sealed class Service : IAsyncDisposable
{
    public const string SigningKey = "a key for tests, long enough for HS256";

    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly string[] _settings;
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private WebApplication _app = null!;
    private int _disposed;

    private Service(string[] settings, Action<WebApplicationBuilder>? configure) =>
        (_settings, _configure) = (settings, configure);

    /// <summary>What it has logged at Information and above.</summary>
    public LogCapture Log { get; } = new();

    /// <summary>Where its data are.</summary>
    public string Data => _data;

    public Uri Address { get; private set; } = null!;

    /// <summary>The address without a path, as browsers and scripts have it.</summary>
    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it; settings as <c>Section:Name=value</c>.</summary>
    public static Task<Service> Start(params string[] settings) => Start(null, settings);

    /// <summary>Starts it with services of the test's own.</summary>
    public static async Task<Service> Start(Action<WebApplicationBuilder>? configure, params string[] settings)
    {
        var service = new Service(settings, configure);
        await service.Run();
        return service;
    }

    /// <summary>Stops the process' part of it and starts another on the same data.</summary>
    public async Task Restart()
    {
        await Stop();
        await Run();
    }

    public Task Stop() => _app.StopAsync();

    public static string Token(string userId, string? name = null, params string[] roles) => Sign(new JsonObject
    {
        ["iss"] = "orleans-calls",
        ["aud"] = "orleans-calls",
        ["sub"] = userId,
        ["name"] = name ?? userId.ToUpperInvariant(),
        ["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
        ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]),
    });

    public static string Sign(JsonObject claims, string key = SigningKey) => Tokens.CreateToken(
        claims.ToJsonString(),
        new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256));

    public Task<HubClient> Connect(string userId, string deviceId, string? query = null) =>
        HubClient.Connect(Address, Token(userId), deviceId, query);

    public async Task<(int Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string? token, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        if (body is string text)
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        else if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, answer.Length == 0 || answer[0] is not ('{' or '[') ? null : JsonNode.Parse(answer));
    }

    /// <summary>What operators see of a call, in order.</summary>
    public async Task<List<JsonNode>> Timeline(string callId)
    {
        var (_, body) = await Send(HttpMethod.Get, $"/api/v1/admin/calls/{callId}/timeline", Token("root", null, "admin"));
        return [.. body!["items"]!.AsArray().Select(line => line!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        Http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task Run()
    {
        _app = GatewayApp.Create(
            [
                "--urls=http://127.0.0.1:0", $"--Storage:Path={_data}", $"--Auth:SigningKey={SigningKey}",
                "--environment=Production",
                "--Gateway:DrainSeconds=1", "--Calls:PairRings=0", "--Calls:StartsPerMinute=0", "--Calls:CalleesPerMinute=0",
                .. _settings.Select(setting => $"--{setting}"),
            ],
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(Log);
                _configure?.Invoke(builder);
            });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
        // The service listens to this process' own client too; a client elsewhere would not know of its traces.
        Http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = Address };
    }
}
