using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace OrleansCalls.Tests.Edge;

/// <summary>A user is erased: nothing of that person is left where it can be, and what others have is theirs still.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private static readonly string Admin = Service.Token("root", null, "admin");
    private static readonly string Alice = Service.Token("alice", "Alice Smith");

    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Erase_TakesEverythingOfTheUser_AndLeavesTheOthersTheirCalls()
    {
        await Put("/api/v1/devices/a1/push-token", new { provider = "fcm", token = "alices-phone" });
        await Put("/api/v1/settings", new { doNotDisturb = false, callWaiting = true, blocked = new[] { "mallory" } });
        await Start(Alice, "missed-by-bob", "bob");
        await End(Alice, "missed-by-bob", "I changed my mind");
        await Start(Service.Token("carol"), "missed-by-alice", "alice");
        await End(Service.Token("carol"), "missed-by-alice", null);
        await using var bob = await _service.Connect("bob", "b1");
        await Start(Alice, "live", "bob");
        await bob.Hears("CallIncoming", "live");
        await bob.Call("AcceptCall", new { callId = "live" });

        var (status, erased) = await Erase();

        Assert.Equal(200, status);
        Assert.Equal((1, 1, 1), ((int)erased!["callsEnded"]!, (int)erased["pushTokens"]!, (int)erased["missedCalls"]!));
        Assert.Equal((3, 0), ((int)erased["historyAnonymized"]!, (int)erased["historyDeleted"]!));
        Assert.InRange(
            (DateTimeOffset)erased["idKeptUntil"]!, TimeProvider.System.GetUtcNow().AddHours(48),
            TimeProvider.System.GetUtcNow().AddHours(50));
        Assert.Equal("ended_by_admin", (string?)(await bob.Hears("CallEnded", "live"))["reason"]);

        // Hers.
        Assert.Empty((await Get("/api/v1/calls?state=all", Alice))["items"]!.AsArray());
        Assert.Empty((await Get("/api/v1/settings", Alice))["blocked"]!.AsArray());
        var alice = await Get("/api/v1/admin/users/alice", Admin);
        Assert.Equal((0, 0), (alice["pushDevices"]!.AsArray().Count, (int)alice["missedCount"]!));

        // Theirs.
        var bobs = (await Get("/api/v1/calls?state=all", Service.Token("bob")))["items"]!.AsArray();
        Assert.Equal(["live", "missed-by-bob"], bobs.Select(call => (string)call!["callId"]!));
        Assert.All(bobs, call => Assert.StartsWith("erased-", (string)call!["caller"]!["id"]!, StringComparison.Ordinal));
        Assert.Equal("missed", (string?)bobs[1]!["outcome"]);
        await using var again = await _service.Connect("bob", "b2");
        Assert.Equal(1, (int?)(await again.Hears("OpenCalls"))["missedCount"]);
        Assert.Equal(
            409,
            (await _service.Send(
                HttpMethod.Post, "/api/v1/calls", Service.Token("dan"),
                new { callId = "live", calleeIds = new[] { "eve" }, media = "audio" })).Status);

        Assert.Equal([], Kept("missed-by-bob", "Alice Smith", "alices-phone", "changed my mind", "mallory"));
    }

    /// <summary>
    /// The end of her call could not be written yet, and her own grain has moved since: nobody but the call knows of her.
    /// </summary>
    [Fact]
    public async Task Erase_OfACallWhoseEndCouldNotBeWritten_LeavesNothingOfTheUser()
    {
        await Start(Alice, "owed", "bob");
        Run("CREATE TRIGGER no_room BEFORE INSERT ON call_sessions BEGIN SELECT RAISE(ABORT, 'no room'); END");
        var (refused, _) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls/owed/end", Alice, new { reason = "I changed my mind" });
        Assert.Equal(503, refused);
        await _service.Restart();
        Assert.Empty((await Get("/api/v1/calls?state=all", Service.Token("bob")))["items"]!.AsArray());
        Assert.Contains("Alice Smith", Kept("owed", "Alice Smith"));
        Run("DROP TRIGGER no_room");

        var (_, erased) = await Erase();

        Assert.Equal(1, (int?)erased!["callsEnded"]);
        Assert.NotNull(erased["idKeptUntil"]);
        var bobs = Assert.Single((await Get("/api/v1/calls?state=all", Service.Token("bob")))["items"]!.AsArray())!;
        Assert.StartsWith("erased-", (string)bobs["caller"]!["id"]!, StringComparison.Ordinal);
        Assert.Empty((await Get("/api/v1/calls?state=all", Alice))["items"]!.AsArray());
        Assert.Equal([], Kept("owed", "Alice Smith", "changed my mind"));
    }

    [Fact]
    public async Task Erase_Again_FindsNothing_AndNothingComesBack()
    {
        await Start(Alice, "once", "bob");
        await End(Alice, "once", null);
        Assert.Equal(1, (int?)(await Erase()).Body!["historyAnonymized"]);
        // Whoever looks the call up wakes it; what it writes then must not bring her back.
        await Get("/api/v1/admin/calls?state=ended", Admin);
        await _service.Restart();
        Assert.Equal("", (string?)(await Get("/api/v1/calls/once", Service.Token("bob")))["caller"]!["name"]);

        var (status, again) = await Erase();

        Assert.Equal(200, status);
        Assert.Equal(
            (0, 0, 0, 0),
            ((int)again!["callsEnded"]!, (int)again["pushTokens"]!, (int)again["historyAnonymized"]!,
                (int)again["historyDeleted"]!));
        Assert.Equal(1, (int?)(await Erase("bob")).Body!["historyDeleted"]);
        Assert.Empty((await Get("/api/v1/admin/calls?state=ended", Admin))["calls"]!.AsArray());
    }

    [Fact]
    public async Task Erase_IsForAdmins()
    {
        Assert.Equal(403, (await _service.Send(HttpMethod.Delete, "/api/v1/admin/users/alice", Alice)).Status);
        Assert.Equal(401, (await _service.Send(HttpMethod.Delete, "/api/v1/admin/users/alice", null)).Status);
        Assert.Equal(404, (await _service.Send(HttpMethod.Get, "/api/v1/admin/users/never-seen/erasure", Admin)).Status);
        Assert.Equal(200, (await Erase("never-seen")).Status);
        Assert.Contains("never-seen", Assert.Single(_service.Log.Of("ErasureDone")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_NameTheSilos()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await alice.Hears("OpenCalls");
        var stats = await Get("/api/v1/admin/stats", Admin);
        Assert.Equal((1, 1, 0), ((int)stats["connections"]!, (int)stats["users"]!, (int)stats["queuedEvents"]!));
        Assert.Equal("active", (string?)Assert.Single(stats["silos"]!.AsArray())!["status"]);
    }

    /// <summary>Asks for it, and for how far it is until it is done.</summary>
    private async Task<(int Status, JsonNode? Body)> Erase(string userId = "alice")
    {
        var (status, begun) = await _service.Send(HttpMethod.Delete, $"/api/v1/admin/users/{userId}", Admin);
        Assert.Equal((202, userId), (status, (string?)begun!["userId"]));
        var done = await Until.Found(
            async () => await Get($"/api/v1/admin/users/{userId}/erasure", Admin) is var now
                && (string?)now["state"] != "running" ? now : null, "an end of it");
        Assert.Equal("done", (string?)done["state"]);
        return (200, done);
    }

    private async Task<JsonNode> Get(string path, string token)
    {
        var (status, body) = await _service.Send(HttpMethod.Get, path, token);
        Assert.Equal(200, status);
        return body!;
    }

    private async Task Put(string path, object body) =>
        Assert.InRange((await _service.Send(HttpMethod.Put, path, Alice, body)).Status, 200, 204);

    private async Task Start(string token, string callId, string callee) => Assert.InRange(
        (await _service.Send(
            HttpMethod.Post, "/api/v1/calls", token, new { callId, calleeIds = new[] { callee }, media = "audio" })).Status, 200,
            201);

    private async Task End(string token, string callId, string? reason) =>
        Assert.Equal(200, (await _service.Send(HttpMethod.Post, $"/api/v1/calls/{callId}/end", token, new { reason })).Status);

    /// <summary>Which of these words any row of the database holds; there must be a row of <paramref name="callId"/>.</summary>
    private List<string> Kept(string callId, params string[] words)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT payload FROM grain_state UNION ALL SELECT call FROM call_sessions UNION ALL SELECT coalesce(timeline, x'') FROM call_sessions";
        using var reader = command.ExecuteReader();
        var text = new StringBuilder();
        while (reader.Read())
            text.Append(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)));
        Assert.Contains(callId, text.ToString(), StringComparison.Ordinal);
        return [.. words.Where(word => text.ToString().Contains(word, StringComparison.Ordinal))];
    }

    private void Run(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_service.Data, "calls.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
