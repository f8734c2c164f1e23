using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tests.TypeScript;

/// <summary>The whole service in this process, on a port of its own, with its data in a folder of its own.</summary>
internal sealed class CallService : IAsyncDisposable
{
    public const string SigningKey = "a key for tests, long enough for HS256";

    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private readonly WebApplication _app;

    private CallService(string[] settings) => _app = GatewayApp.Create(
        [
            "--urls=http://127.0.0.1:0", $"--Storage:Path={_data}", $"--Auth:SigningKey={SigningKey}", "--environment=Development",
            "--Calls:PairRings=0", .. settings.Select(setting => $"--{setting}"),
        ],
        builder => builder.Logging.ClearProviders());

    public string Address => _app.Urls.Single();

    public static async Task<CallService> Start(params string[] settings)
    {
        var service = new CallService(settings);
        await service._app.StartAsync();
        return service;
    }

    public async Task<string> Token(string userId, params string[] roles)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            new Uri($"{Address}/dev/token"), new StringContent(
                new JsonObject { ["userId"] = userId, ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]) }.ToJsonString(), null, "application/json"));
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
