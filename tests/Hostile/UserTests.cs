namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// One user with a good token, who asks too much; whatever the way, the limits are the user's, and nobody else's.
/// </summary>
[Collection(OneProgram.Name)]
public sealed class UserTests(Shared shared)
{
    [Fact]
    public async Task Rate_IsOneForRestAndHubAndReconnects()
    {
        var token = Tokens.Of("loud");
        await using var hub = await Hub.Connect(shared.Program.Address, token);
        var refused = 0;
        for (var i = 0; i < 300 && refused == 0; i++)
            refused += (await shared.Send(HttpMethod.Get, "/api/v1/settings", token)).Status == 429 ? 1 : 0;
        Assert.Equal(1, refused);
        // As many at once as bring the bucket down again, whatever came back meanwhile.
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => shared.Send(HttpMethod.Get, "/api/v1/settings", token)));
        foreach (var i in Enumerable.Range(0, 60))
            await hub.Invoke($"{i}", "GetOpenCalls", "");
        var limited = 0;
        foreach (var i in Enumerable.Range(0, 60))
            limited += (await hub.Outcome($"{i}"))?.Contains("rate_limited: ", StringComparison.Ordinal) == true ? 1 : 0;
        Assert.InRange(limited, 1, 60);
        await shared.AssertWorks();
    }

    [Fact]
    public async Task Refusal_ByRate_SaysWhenToTryAgain()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 160).Select(_ => shared.Send(HttpMethod.Get, "/api/v1/settings", Tokens.Of("fast"))));
        var refused = answers.First(answer => answer.Status == 429).Body!;
        Assert.Equal(("rate_limited", 1), ((string?)refused["code"], (int?)refused["retryAfter"]));
    }

    [Fact]
    public async Task ActAs_CountsForTheUserActedFor()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 160).Select(_ =>
            shared.Send(HttpMethod.Get, "/api/v1/settings", Tokens.Of("backend", "service"), null, ("X-Act-As", "ridden"))));
        Assert.Contains(answers, answer => answer.Status == 429);
        Assert.Equal(
            200,
            (await shared.Send(
                HttpMethod.Get, "/api/v1/settings", Tokens.Of("backend", "service"), null, ("X-Act-As", "other"))).Status);
    }

    [Fact]
    public async Task Starts_AreLimitedByTheMinute()
    {
        // Side by side, well within the minute on any machine. One that is busy asks some starts again, and each time counts.
        List<(int Status, System.Text.Json.Nodes.JsonNode? Body)> answers = [];
        foreach (var some in Enumerable.Range(0, 90).Chunk(10))
            answers.AddRange(await Task.WhenAll(some.Select(i =>
                shared.Post("/api/v1/calls", Tokens.Of("dialler"), $$"""{"calleeIds":["d{{i}}"],"media":"audio"}"""))));
        Assert.InRange(answers.Count(answer => answer.Status == 200), 50, 60);
        Assert.Contains(answers, answer => (answer.Status, (string?)answer.Body!["code"]) == (429, "rate_limited"));
        await shared.AssertWorks();
    }

    [Fact]
    public async Task Callees_AreLimitedByTheMinute()
    {
        var rung = 0;
        for (var i = 0; i < 10; i++)
        {
            var callees = string.Join(',', Enumerable.Range(0, 16).Select(k => $"\"w{i}-{k}\""));
            rung += (await shared.Post(
                "/api/v1/calls", Tokens.Of("wide"), $$"""{"calleeIds":[{{callees}}],"media":"audio"}""")).Status == 200 ? 16 : 0;
        }

        Assert.Equal(96, rung);
        await shared.AssertWorks();
    }

    [Fact]
    public async Task Invite_ByABlockedUser_RingsNobody_AndOfOthersSaysWhoInvites()
    {
        await shared.Send(HttpMethod.Put, "/api/v1/settings", Tokens.Of("victim"), Json("""{"blocked":["pest"]}"""));
        await shared.Post("/api/v1/calls", Tokens.Of("friend"), """{"callId":"friends","calleeIds":["pest"],"media":"audio"}""");
        await shared.Send(HttpMethod.Post, "/api/v1/calls/friends/accept", Tokens.Of("pest"), Json("{}"), ("X-Device-Id", "p"));
        await using var victim = await Hub.Connect(shared.Program.Address, Tokens.Of("victim"));
        await using var other = await Hub.Connect(shared.Program.Address, Tokens.Of("bystander2"));

        Assert.Equal(
            200,
            (await shared.Post(
                "/api/v1/calls/friends/invite", Tokens.Of("pest"), """{"calleeIds":["victim","bystander2"]}""")).Status);
        var rings = await other.Until(message => (string?)message["target"] == "CallIncoming");
        var call = rings["arguments"]![0]!;
        Assert.Equal(("friend", "pest"), ((string?)call["caller"]!["id"], (string?)call["invitedBy"]!["id"]));
        Assert.Equal(403, (await shared.Send(HttpMethod.Get, "/api/v1/calls/friends", Tokens.Of("victim"))).Status);
        await victim.Invoke("o", "GetOpenCalls", "");
        Assert.Null(await victim.Outcome("o"));
        await shared.Post("/api/v1/calls/friends/end", Tokens.Of("friend"), "{}");
    }

    [Fact]
    public async Task Presence_OfWhoeverHasBlockedTheReader_IsThatOfNobody()
    {
        await using var shy = await Hub.Connect(shared.Program.Address, Tokens.Of("shy"));
        await using var watcher = await Hub.Connect(shared.Program.Address, Tokens.Of("watcher"));
        Assert.True(await IsOnline("watcher"));
        await watcher.Invoke("w", "WatchPresence", """{"userIds":["shy"]}""");
        Assert.Null(await watcher.Outcome("w"));

        await shared.Send(HttpMethod.Put, "/api/v1/settings", Tokens.Of("shy"), Json("""{"blocked":["watcher"]}"""));
        var change = await watcher.Until(message => (string?)message["target"] == "PresenceChanged");
        Assert.Equal("""{"userId":"shy","online":false}""", change["arguments"]![0]!.ToJsonString());
        Assert.False(await IsOnline("watcher"));
        Assert.True(await IsOnline("another"));

        async Task<bool> IsOnline(string reader)
        {
            var (_, presence) = await shared.Send(HttpMethod.Get, "/api/v1/users/shy/presence", Tokens.Of(reader));
            Assert.DoesNotContain("hiddenFrom", presence!.ToJsonString(), StringComparison.Ordinal);
            return (bool)presence!["online"]!;
        }
    }

    [Fact]
    public async Task CallOfOthers_CannotBeToldFromOneThatIsNot_ByWhatItHolds()
    {
        await shared.Post(
            "/api/v1/calls", Tokens.Of("private"),
            """{"callId":"theirs","calleeIds":["confidant"],"media":"audio","metadata":{"secret":"word"}}""");
        foreach (var path in new[] { "", "/offer" })
        {
            var (status, body) = await shared.Send(HttpMethod.Get, $"/api/v1/calls/theirs{path}", Tokens.Of("eve"));
            Assert.Equal(403, status);
            Assert.DoesNotContain("secret", body!.ToJsonString(), StringComparison.Ordinal);
            Assert.Null(body["call"]);
        }

        foreach (var command in new[] { "ringing", "accept", "ready", "reject", "end", "silence" })
            Assert.Equal(403, (await shared.Post($"/api/v1/calls/theirs/{command}", Tokens.Of("eve"), "{}")).Status);
        Assert.Equal(
            "ringing", (string?)(await shared.Send(HttpMethod.Get, "/api/v1/calls/theirs", Tokens.Of("private"))).Body!["state"]);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
