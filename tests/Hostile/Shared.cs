using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>One program for all attacks: what one does to it, the others and the bystander see.</summary>
public sealed class Shared : IAsyncLifetime
{
    public Program Program { get; private set; } = null!;

    public async Task InitializeAsync() => Program = await Program.Start(("Logging__Console__LogLevel__Default", "Information"));

    public async Task DisposeAsync() => await Program.DisposeAsync();

    public async Task<(int Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string? token, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Program.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    }

    public Task<(int Status, JsonNode? Body)> Post(string path, string? token, string json) =>
        Send(HttpMethod.Post, path, token, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>A call of two people, as anybody with a token makes it: it rings, is answered and ends.</summary>
    public async Task AssertWorks()
    {
        var id = Guid.NewGuid().ToString("N");
        var (caller, callee) = (Tokens.Of($"caller-{id}"), Tokens.Of($"callee-{id}"));
        Assert.Equal(
            200,
            (await Post(
                "/api/v1/calls", caller, $$"""{"callId":"{{id}}","calleeIds":["callee-{{id}}"],"media":"audio"}""")).Status);
        var (status, accepted) = await Send(
            HttpMethod.Post, $"/api/v1/calls/{id}/accept", callee, new StringContent("{}", Encoding.UTF8, "application/json"),
            ("X-Device-Id", "d"));
        Assert.Equal((200, "active"), (status, (string?)accepted!["state"]));
        Assert.Equal(200, (await Post($"/api/v1/calls/{id}/end", caller, "{}")).Status);
        Assert.False(Program.HasExited);
    }
}

/// <summary>All tests share one program.</summary>
[CollectionDefinition(Name)]
public sealed class OneProgram : ICollectionFixture<Shared>
{
    public const string Name = "one program";
}
