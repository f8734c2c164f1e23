using System.Collections.Immutable;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Tests.Storage;

/// <summary>An operator looks for calls that have ended.</summary>
[Collection(SharedServer.Name)]
public sealed class FindTests(PostgresServer server)
{
    private static readonly EndReason[] Reasons = [EndReason.Completed, EndReason.NoAnswer, EndReason.Failed, EndReason.Busy];
    private static readonly string[] Users = ["alice", "alina", "bob", "Bob", "100%", "a_b", "o'hara", "日本"];

    /// <summary>Whatever is asked for, and however small the pages: all that fits, newest first, once.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Find_AnyQuestion_GivesWhatFits(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var random = new Random(19);
        List<Call> calls = [];
        for (var i = 0; i < 80; i++)
        {
            var (caller, callee) = (Users[random.Next(4)], Users[4 + random.Next(4)]);
            var session = Samples.Session(
                $"{(i % 3 == 0 ? "AB" : "ab")}{random.Next(100)}-{i}", Samples.Noon.AddSeconds(i / 3), caller, callee);
            session = session with { Call = session.Call with { EndReason = Reasons[random.Next(Reasons.Length)] } };
            await rig.WriteHistory(session);
            calls.Add(session.Call);
        }

        for (var i = 0; i < 150; i++)
        {
            var search = new CallSearch
            {
                UserId = random.Next(3) == 0 ? Users[random.Next(Users.Length)] : null,
                From = random.Next(3) == 0 ? Samples.Noon.AddSeconds(random.Next(30)) : null,
                To = random.Next(3) == 0 ? Samples.Noon.AddSeconds(random.Next(30)) : null,
                Reason = random.Next(2) == 0 ? Reasons[random.Next(Reasons.Length)] : null,
                Prefix = random.Next(2) == 0 ? null
                    : random.Next(2) == 0 ? Users[random.Next(Users.Length)][..random.Next(1, 3)]
                    : $"ab{random.Next(100)}"[..random.Next(2, 4)],
                Limit = random.Next(1, 8),
            };
            var expected = calls.Where(call => Fits(call, search))
                .OrderByDescending(call => call.EndedAt).ThenByDescending(call => call.CallId, StringComparer.Ordinal)
                .Select(call => call.CallId);
            Assert.Equal(expected, await All(rig, search));
        }
    }

    /// <summary>Whatever the text says, it is looked up as it is.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Find_WildcardsAndSql_AreLetters(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon, "100%", "a_b"));
        await rig.WriteHistory(Samples.Session("c2", Samples.Noon, "100 per cent", "aXb"));
        string[] texts =
            ["%", "_", "c_", "c%", "*", "c?", "' OR 1=1 --", "c1'; DROP TABLE call_sessions; --", "\\", "\u00e9", "\U0010FFFF"];
        foreach (var text in texts)
        {
            Assert.Empty(await All(rig, new CallSearch { Prefix = text }));
            Assert.Empty(await All(rig, new CallSearch { UserId = text }));
            Assert.Empty(await All(rig, new CallSearch { UserId = "100%", Prefix = text }));
        }

        Assert.Equal(["c1"], await All(rig, new CallSearch { Prefix = "100%" }));
        Assert.Equal(["c1"], await All(rig, new CallSearch { Prefix = "a_" }));
        Assert.Equal(["c2", "c1"], await All(rig, new CallSearch { Prefix = "c" }));
    }

    /// <summary>A prefix that says too little is refused before anything large is read.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Find_PrefixOfTooMuch_IsRefused(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i <= FindSql.MostUsers; i++)
            await rig.WriteHistory(Samples.Session($"c{i}", Samples.Noon.AddSeconds(i), $"user{i}", "bob"));
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => rig.History.Find(new CallSearch { Prefix = "user" }));
        Assert.Contains("give more of the id", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(11, (await All(rig, new CallSearch { Prefix = "user1" })).Count);
        Assert.Equal(FindSql.MostUsers + 1, (await All(rig, new CallSearch { Prefix = "bo" })).Count);
    }

    /// <summary>
    /// Of several sources one has not looked at everything: what lies below its last place waits for the next page.
    /// </summary>
    [Fact]
    public void Page_EndsWhereASourceHasNotLooked()
    {
        var page = CallFinder.Page(
            [
                new CallFinder.Found([Row(90), Row(50), Row(20)], null),
                new CallFinder.Found([Row(80)], At(40)),
                new CallFinder.Found([Row(90)], null),
            ],
            limit: 5);
        Assert.Equal(["c90", "c80", "c50"], page.Items.Select(item => item.Call.CallId));
        Assert.Equal(At(40).ToString(), page.Next);

        var empty = CallFinder.Page([new CallFinder.Found([], At(40)), new CallFinder.Found([], At(70))], limit: 5);
        Assert.Equal((0, At(70).ToString()), (empty.Items.Length, empty.Next));

        var full = CallFinder.Page([new CallFinder.Found([Row(90), Row(50)], At(10))], limit: 1);
        Assert.Equal((At(90).ToString(), "c90"), (full.Next, full.Items.Single().Call.CallId));

        Assert.Null(CallFinder.Page([new CallFinder.Found([Row(90)], null)], limit: 1).Next);

        static HistoryCursor At(long ms) => new(ms, $"c{ms}");
        static FoundRow Row(long ms) => new(HistoryRecord.Json(Samples.Session($"c{ms}", Samples.Noon).Call), At(ms));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Timeline_IsKeptWithItsCall_AndErasedWithThePerson(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        ImmutableArray<TimelineEntry> timeline =
        [
            new() { At = Samples.Noon, What = "started", UserId = "alice", DeviceId = "a1", Detail = "video" },
            new()
            {
                At = Samples.Noon.AddMilliseconds(12), What = "invited", UserId = "alice", DeviceId = "a1", Detail = "bob carol",
            },
            new()
            {
                At = Samples.Noon.AddMilliseconds(13), What = "push_failed", UserId = "bob", DeviceId = "b1",
                Detail = "call_incoming fcm unregistered",
            },
            new() { At = Samples.Noon.AddSeconds(60), What = "ended", Detail = "no_answer\0" },
        ];
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon.AddMinutes(1)) with { Timeline = timeline });
        await rig.WriteHistory(Samples.Session("c2", Samples.Noon.AddMinutes(1)));
        await rig.Restart();

        Assert.Equal(timeline.AsEnumerable(), (await rig.History.Read("c1"))!.Timeline.AsEnumerable());
        Assert.Empty((await rig.History.Read("c2"))!.Timeline);
        Assert.Null(await rig.History.Read("c3"));

        while (await rig.History.Erase("bob", "erased-1", limit: 1) is { Anonymized: > 0 })
        {
        }

        Assert.Equal(
            [
                timeline[0], timeline[1] with { Detail = null },
                timeline[2] with { UserId = "erased-1", DeviceId = null, Detail = null }, timeline[3],
            ],
            (await rig.History.Read("c1"))!.Timeline.AsEnumerable());
    }

    /// <summary>As rows of the first version that kept timelines hold it; every later one must read it.</summary>
    [Fact]
    public void Timeline_AsItWasFirstWritten_IsRead_AndWrittenAsTheCallsRowHasIt()
    {
        const string stored = """
            {"at":1769860800000,"ids":["alice","a1","bob"],"lines":[[0,"started",0,1,"audio"],[12,"no_device",2],[60000,"ended",null,null,"no_answer"]]}
            """;
        const string now = """
            {"at":1769860800000,"ids":["alice","a1","bob"],"lines":["0\tstarted\t0\t1\taudio","12\tno_device\t2\t-","60000\tended\t-\t-\tno_answer"]}
            """;
        var timeline = TimelineRecord.Read(System.Text.Encoding.UTF8.GetBytes(stored));
        var start = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            [
                new() { At = start, What = "started", UserId = "alice", DeviceId = "a1", Detail = "audio" },
                new() { At = start.AddMilliseconds(12), What = "no_device", UserId = "bob" },
                new() { At = start.AddMinutes(1), What = "ended", Detail = "no_answer" },
            ],
            timeline.AsEnumerable());
        var written = TimelineRecord.Write(timeline)!;
        Assert.Equal(now.Trim(), System.Text.Encoding.UTF8.GetString(written));
        Assert.Equal(timeline.AsEnumerable(), TimelineRecord.Read(written).AsEnumerable());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Newest_OfTheOpenCalls_ComesFirst(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        foreach (var id in new[] { "b", "c", "a" })
        {
            await rig.WriteCall(id, Samples.Woken(Samples.Noon));
            rig.Time.Shift += TimeSpan.FromSeconds(1);
        }

        var newest = await rig.OpenCalls.Newest(10);
        Assert.Equal(["a", "b", "c"], newest.Order());
        Assert.Equal(2, (await rig.OpenCalls.Newest(2)).Length);
        // PostgreSQL's own clock says when a call began there.
        if (kind == StoreKind.Sqlite)
            Assert.Equal(["a", "c", "b"], newest.AsEnumerable());
    }

    private static async Task<List<string>> All(Rig rig, CallSearch search)
    {
        List<string> found = [];
        do
        {
            var page = await rig.History.Find(search);
            Assert.InRange(page.Items.Length, 0, search.Limit);
            found.AddRange(page.Items.Select(item => item.Call.CallId));
            search = search with { Cursor = page.Next };
        }
        while (search.Cursor is not null);
        return found;
    }

    private static bool Fits(Call call, CallSearch search)
    {
        string[] people = [call.Caller.Id, .. call.Legs.Select(leg => leg.UserId)];
        return (search.UserId is null || people.Contains(search.UserId)) && !(call.EndedAt < search.From)
            && !(call.EndedAt >= search.To)
            && (search.Reason is null || search.Reason == call.EndReason)
            && (search.Prefix is null
                || people.Append(call.CallId).Any(id => id.StartsWith(search.Prefix, StringComparison.Ordinal)));
    }
}
