using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Bounds of SECURITY.md that no other test is about, whatever the way to them; and that each row of its table names its tests.
/// </summary>
[Collection(OneProgram.Name)]
public sealed class BoundTests(Shared shared)
{
    [Fact]
    public async Task Starts_WhateverTheWay_AreOneLimit()
    {
        // A busy machine asks some starts again, and each time counts.
        const int each = 18;
        var token = Tokens.Of("ways");
        var backEnd = Tokens.Of("back-end", "service");
        (string, string)[] actAs = [("X-Act-As", "ways")];
        await using var hub = await Hub.Connect(shared.Program.Address, token);
        for (var i = 0; i < each; i++)
        {
            Assert.Equal(200, (await shared.Post("/api/v1/calls", token, Start($"r{i}"))).Status);
            await hub.Invoke($"{i}", "StartCall", Start($"h{i}"));
            Assert.Null(await hub.Outcome($"{i}"));
            Assert.Equal(200, (await shared.Send(HttpMethod.Post, "/api/v1/calls", backEnd, Json(Start($"b{i}")), actAs)).Status);
        }

        var last = 0;
        while ((await shared.Post("/api/v1/calls", token, Start($"l{last}"))).Status == 200)
            Assert.InRange(++last, 0, 60 - (3 * each));
        Assert.Equal("rate_limited", (string?)(await shared.Post("/api/v1/calls", token, Start("more"))).Body!["code"]);
        Assert.Equal(
            "rate_limited",
            (string?)(await shared.Send(HttpMethod.Post, "/api/v1/calls", backEnd, Json(Start("more")), actAs)).Body!["code"]);
        Assert.Equal(
            "rate_limited",
            (string?)(await shared.Post("/api/v1/calls/ways-r0/invite", token, """{"calleeIds":["more"]}""")).Body!["code"]);
        await hub.Invoke("more", "StartCall", Start("more"));
        Assert.Contains("rate_limited: ", await hub.Outcome("more"), StringComparison.Ordinal);
        await shared.AssertWorks();

        static string Start(string callee) =>
            $$"""{"callId":"ways-{{callee}}","calleeIds":["ways-{{callee}}"],"media":"audio"}""";
    }

    [Fact]
    public async Task OpenCalls_OfOneUser_AreBounded_WhoeverStartedThem()
    {
        await using var program = await Program.Start(("Calls__OpenCalls", "5"));
        var phones = new Phones(program);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await phones.Post("collector", "/api/v1/calls", $$"""{"calleeIds":["c{{i}}"],"media":"audio"}"""));
            Assert.Equal(200, await phones.Post($"admirer-{i}", "/api/v1/calls", """{"calleeIds":["star"],"media":"audio"}"""));
        }

        Assert.Equal(429, await phones.Post("collector", "/api/v1/calls", """{"calleeIds":["more"],"media":"audio"}"""));
        var (status, answer) = await phones.Send(
            "admirer-5", HttpMethod.Post, "/api/v1/calls", """{"calleeIds":["star"],"media":"audio"}""");
        Assert.Equal((200, "busy"), (status, (string?)JsonNode.Parse(answer)!["endReason"]));
        Assert.Equal(200, await phones.Post("bystander", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
    }

    [Fact]
    public async Task BlockList_HoldsAThousand()
    {
        Assert.Equal(200, (await Put(1_000)).Status);
        Assert.Equal("invalid_argument", (string?)(await Put(1_001)).Body!["code"]);

        Task<(int Status, JsonNode? Body)> Put(int count) => shared.Send(
            HttpMethod.Put, "/api/v1/settings", Tokens.Of("grudge"),
            Json($$"""{"blocked":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"b{i}\""))}}]}"""));
    }

    [Fact]
    public async Task Watches_OfOneConnection_AreTwoHundred()
    {
        await using var hub = await Hub.Connect(shared.Program.Address, Tokens.Of("curious"));
        await hub.Invoke("1", "WatchPresence", Users(0, 150));
        Assert.Null(await hub.Outcome("1"));
        await hub.Invoke("2", "WatchPresence", Users(150, 51));
        Assert.Contains("too_large: ", await hub.Outcome("2"), StringComparison.Ordinal);
        await hub.Invoke("3", "WatchPresence", Users(100, 100));
        Assert.Null(await hub.Outcome("3"));

        static string Users(int from, int count) =>
            $$"""{"userIds":[{{string.Join(',', Enumerable.Range(from, count).Select(i => $"\"w{i}\""))}}]}""";
    }

    [Fact]
    public async Task Headers_HaveSixteenKibibytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/config");
        request.Headers.Add("X-Long", new string('x', 17 * 1024));
        using var answer = await shared.Program.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        await shared.AssertWorks();
    }

    /// <summary>The last column of "Resource limits" names tests that are there.</summary>
    [Fact]
    public void EveryBoundOfSecurity_NamesItsTests()
    {
        var tests = string.Join(
            '\n',
            Directory.EnumerateFiles(Repository.Full("tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var rows = File.ReadLines(Repository.Full("SECURITY.md"))
            .SkipWhile(line => !line.StartsWith("## Resource limits", StringComparison.Ordinal))
            .Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.InRange(rows.Count, 20, 60);
        Assert.All(rows, row =>
        {
            var named = row[5].Split(", ");
            Assert.All(named, test => Assert.Contains($" {test.Trim('`')}(", tests, StringComparison.Ordinal));
        });
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
