using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge;

/// <summary>An operator looks for calls, those that go on and those that have ended.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private static readonly string Admin = Service.Token("root", null, "admin");

    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start("Gateway:MessageBurst=100000");

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Find_ShowsOpenAndEndedCalls_NewestFirst_PageByPage()
    {
        await Start("ann", "s1", "bob");
        await End("ann", "s1");
        await Start("ann", "s2", "carl");
        await End("ann", "s2");
        await Start("dan", "s3", "bob");
        await Start("ann", "s4", "eve");
        await Settled("s1", "s2");

        Assert.Equal(["s4", "s3", "s2", "s1"], Ids(await Find("")));
        foreach (var limit in new[] { 1, 2, 3 })
            Assert.Equal(["s4", "s3", "s2", "s1"], await Pages($"limit={limit}"));
        Assert.Equal(["s4", "s3"], await Pages("state=open&limit=1"));
        Assert.Equal(["s4", "s3"], await Pages("state=ringing&limit=1"));
        Assert.Empty(await Pages("state=active"));
        Assert.Equal(["s2", "s1"], await Pages("state=ended&limit=1"));
        Assert.Equal(["s2", "s1"], await Pages("reason=cancelled"));
        Assert.Empty(await Pages("reason=failed"));
        Assert.Equal(["s3", "s1"], await Pages("userId=bob"));
        Assert.Equal(["s4", "s2", "s1"], Ids(await Get("/api/v1/admin/users/ann/calls")));
        Assert.Equal(["s2"], await Pages("userId=ann&state=ended&q=car"));
        Assert.Equal(["s3"], await Pages("q=s3"));
        Assert.Equal(["s2"], await Pages("q=car"));
        Assert.Equal(["s4", "s3", "s2", "s1"], await Pages("q=s"));
        Assert.Empty(await Pages("q=%25"));
        var hour = TimeProvider.System.GetUtcNow().AddHours(1).ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["s4", "s3", "s2", "s1"], await Pages($"from=2020-01-31&to={hour}"));
        Assert.Empty(await Pages($"from={hour}"));
        Assert.Empty(await Pages("to=2020-01-31"));

        var one = (await Find("q=s1"))["calls"]![0]!;
        Assert.Equal(
            ("ended", "cancelled", "ann", "audio"),
            ((string?)one["state"], (string?)one["reason"], (string?)one["callerId"], (string?)one["media"]));
        Assert.Equal(
            ("bob", "missed"), ((string?)one["participants"]![0]!["userId"], (string?)one["participants"]![0]!["state"]));
        Assert.Null(one["durationMs"]);
    }

    /// <summary>What cannot be answered is refused with a word for what is wrong, before anything is read.</summary>
    [Theory]
    [InlineData("user=bob", "unknown parameter")]
    [InlineData("before=x", "unknown parameter")]
    [InlineData("state=open&state=ended", "more than once")]
    [InlineData("state=OPEN", "state must be one of")]
    [InlineData("reason=answered_elsewhere", "reason must be one of")]
    [InlineData("reason='%20OR%201=1", "reason must be one of")]
    [InlineData("limit=1000000", "limit must be from 1 to 100")]
    [InlineData("limit=0", "limit must be from 1 to 100")]
    [InlineData("limit=many", "limit")]
    [InlineData("from=friday", "from must be a time")]
    [InlineData("from=01/31/2026", "from must be a time")]
    [InlineData("from=1969-12-31", "from must be a time")]
    [InlineData("from=2026-01-31T12:00:00+01:00", "%2B")]
    [InlineData("from=2026-01-31&to=2026-01-31", "from must be before to")]
    [InlineData("q=", "q is missing")]
    [InlineData("q=%00", "q has control characters")]
    [InlineData("cursor=x", "cursor is not one")]
    [InlineData("cursor=o.AAAA", "cursor is not one")]
    [InlineData("cursor=e.AAAA", "cursor is not one")]
    [InlineData("cursor=o.%F0%9F%8E%89", "cursor is not one")]
    public async Task Find_WithSomethingWrong_SaysWhat(string query, string expected)
    {
        var (status, problem) = await _service.Send(HttpMethod.Get, $"/api/v1/admin/calls?{query}", Admin);
        Assert.Equal((400, "invalid_argument"), (status, (string?)problem!["code"]));
        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_LongText_IsRefused()
    {
        foreach (var name in new[] { "q", "userId", "cursor" })
            Assert.Equal(
                400, (await _service.Send(HttpMethod.Get, $"/api/v1/admin/calls?{name}={new string('a', 5000)}", Admin)).Status);
        Assert.Equal(400, (await _service.Send(HttpMethod.Get, "/api/v1/admin/users/ann/calls?userId=bob", Admin)).Status);
    }

    [Fact]
    public async Task Find_IsForAdmins()
    {
        foreach (var path in new[]
        {
            "/api/v1/admin/calls", "/api/v1/admin/users/ann/calls", "/api/v1/admin/purge", "/api/v1/admin/users/ann/erasure",
        })
        {
            Assert.Equal(401, (await _service.Send(HttpMethod.Get, path, null)).Status);
            Assert.Equal(403, (await _service.Send(HttpMethod.Get, path, Service.Token("ann"))).Status);
            Assert.Equal(403, (await _service.Send(HttpMethod.Get, path, Service.Token("app", null, "service"))).Status);
        }
    }

    /// <summary>When the call's own state is gone, history still has how it went.</summary>
    [Fact]
    public async Task Timeline_OutlivesTheCallsState()
    {
        await Start("ann", "old", "bob");
        await End("ann", "old");
        await Settled("old");
        var before = await Get("/api/v1/admin/calls/old/timeline");
        await _service.Stop();
        using (var file = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_service.Data, "calls.db")};Pooling=False"))
        {
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "DELETE FROM grain_state WHERE storage = 'calls'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        await _service.Restart();

        var after = await Get("/api/v1/admin/calls/old/timeline");
        Assert.Equal(("cancelled", "ann"), ((string?)after["call"]!["endReason"], (string?)after["call"]!["caller"]!["id"]));
        var kinds = after["items"]!.AsArray().Select(line => (string)line!["what"]!).ToList();
        Assert.Equal(["started", "no_device", "ended"], kinds);
        Assert.Superset(kinds.ToHashSet(), before["items"]!.AsArray().Select(line => (string)line!["what"]!).ToHashSet());
        Assert.All(after["items"]!.AsArray(), line => Assert.NotEmpty((string)line!["sentence"]!));
        Assert.NotEmpty((string)after["sentence"]!);
        Assert.Contains("signs in", (string)after["items"]![1]!["remedy"]!, StringComparison.Ordinal);
        Assert.Equal(404, (await _service.Send(HttpMethod.Get, "/api/v1/admin/calls/never/timeline", Admin)).Status);
    }

    [Fact]
    public async Task Purge_RunsInTheBackground_AndSaysHowFarItIs()
    {
        var (status, started) = await _service.Send(HttpMethod.Post, "/api/v1/admin/purge", Admin);
        Assert.Equal((202, "running"), (status, (string?)started!["state"]));
        var done = await Until.Found(
            async () => await Get("/api/v1/admin/purge") is var now && (string?)now["state"] == "done" ? now : null,
            "an end of the purge");
        Assert.Equal((0, 0, 0), ((int)done["calls"]!, (int)done["history"]!, (int)done["users"]!));
    }

    private Task<JsonNode> Find(string query) => Get($"/api/v1/admin/calls?{query}");

    private async Task<JsonNode> Get(string path)
    {
        var (status, body) = await _service.Send(HttpMethod.Get, path, Admin);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return body!;
    }

    private async Task<List<string>> Pages(string query)
    {
        List<string> found = [];
        string? cursor = null;
        do
        {
            var page = await Find(query + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));
            found.AddRange(Ids(page));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        return found;
    }

    private static List<string> Ids(JsonNode page) => [.. page["calls"]!.AsArray().Select(call => (string)call!["callId"]!)];

    private async Task Settled(params string[] ids) => await Until.Seen(
        async () => Ids(await Find("state=ended&limit=100")), found => ids.All(found.Contains), "all of them in history");

    private async Task Start(string caller, string callId, string callee) => Assert.InRange((await _service.Send(
        HttpMethod.Post, "/api/v1/calls", Service.Token(caller),
        new { callId, calleeIds = new[] { callee }, media = "audio" })).Status, 200, 201);

    private async Task End(string caller, string callId) =>
        Assert.Equal(200, (await _service.Send(HttpMethod.Post, $"/api/v1/calls/{callId}/end", Service.Token(caller))).Status);
}
