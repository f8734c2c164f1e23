using System.Text;

namespace OrleansCalls.Tests.Storage;

/// <summary>What every call history here must do.</summary>
[Collection(SharedServer.Name)]
public sealed class HistoryTests(PostgresServer server)
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Write_ThenRead_GivesTheCallBackToEachWithTheirOutcome(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var session = Samples.Session("c1", Samples.Noon.AddTicks(1));
        await rig.WriteHistory(session);
        await rig.Restart();

        var mine = Assert.Single((await rig.History.ForUser("alice", new HistoryQuery())).Items);
        Assert.Equal(HistoryOutcome.Unanswered, mine.Outcome);
        Assert.Equal(session.Call with { Legs = [], Metadata = null }, mine.Call with { Legs = [], Metadata = null });
        Assert.Equal(session.Call.Legs.AsEnumerable(), mine.Call.Legs);
        Assert.Equal(session.Call.Metadata!.AsEnumerable(), mine.Call.Metadata!);
        Assert.Equal(HistoryOutcome.Missed, Assert.Single((await rig.History.ForUser("bob", new HistoryQuery())).Items).Outcome);
        Assert.Equal(HistoryOutcome.Unanswered, Assert.Single((await rig.History.Find(new CallSearch())).Items).Outcome);
        Assert.Empty((await rig.History.ForUser("Alice", new HistoryQuery())).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_Again_KeepsTheFirst(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon));
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon.AddHours(1), callee: "carol"));
        Assert.Equal(Samples.Noon, Assert.Single((await rig.History.ForUser("alice", new HistoryQuery())).Items).Call.EndedAt);
        Assert.Empty((await rig.History.ForUser("carol", new HistoryQuery())).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Quality_IsKept_AndARatingMayComeLater_ButNobodyComesBack(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var measured = new CallQuality
        {
            Reports = 3, LossPercent = 1.25, WorstLossPercent = 4, RoundTripMs = 40, JitterMs = 2.5, Route = MediaRoute.Relay,
            Level = MediaLevel.Good,
        };
        var session = Samples.Session("c1", Samples.Noon);
        var people = session.Participants;
        await rig.WriteHistory(session with { Participants = [people[0] with { Quality = measured }, people[1]] });
        Assert.Equal(measured, Assert.Single((await rig.History.ForUser("alice", new HistoryQuery())).Items).Quality);
        Assert.Null(Assert.Single((await rig.History.ForUser("bob", new HistoryQuery())).Items).Quality);

        await rig.History.Erase("bob", "erased-1", 10);
        var rated = session with
        {
            Participants =
            [
                people[0] with { Quality = measured with { Stars = 5 } },
                people[1] with { Quality = new CallQuality { Stars = 1 } },
            ],
        };
        await rig.WriteHistory(rated);
        await rig.WriteHistory(session);
        Assert.Equal(
            measured with { Stars = 5 }, Assert.Single((await rig.History.ForUser("alice", new HistoryQuery())).Items).Quality);
        Assert.Empty((await rig.History.ForUser("bob", new HistoryQuery())).Items);
    }

    /// <summary>Twenty-five calls in three groups of the same millisecond; a page ends within a group.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_EqualTimes_NothingTwiceAndNothingLeftOut(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i < 25; i++)
            await rig.WriteHistory(Samples.Session($"c{i}", Samples.Noon.AddSeconds(i / 10).AddTicks(i)));
        await AllPages(4, missedOnly: false);
        await AllPages(1, missedOnly: true);
        await AllPages(25, missedOnly: false);

        async Task AllPages(int limit, bool missedOnly)
        {
            List<PastCall> found = [];
            string? before = null;
            do
            {
                var query = new HistoryQuery { Before = before, Limit = limit, MissedOnly = missedOnly };
                var page = await rig.History.ForUser("bob", query);
                var all = await rig.History.Find(new CallSearch { Cursor = before, Limit = limit });
                Assert.Equal(page.Items.Select(item => item.Call.CallId), all.Items.Select(item => item.Call.CallId));
                Assert.InRange(page.Items.Length, 1, limit);
                found.AddRange(page.Items);
                before = page.Next;
                // What ends now is newer than any page: it moves nothing.
                await rig.WriteHistory(Samples.Session($"new{limit}{missedOnly}{found.Count}", Samples.Noon.AddDays(1)));
            }
            while (before is not null);

            var old = found.Where(item => item.Call.EndedAt < Samples.Noon.AddHours(1)).Select(item => item.Call.CallId).ToList();
            Assert.Equal(25, old.Count);
            Assert.Equal(25, old.Distinct().Count());
            Assert.Equal(found.Select(item => item.Call.EndedAt!.Value.ToUnixTimeMilliseconds()).OrderDescending(),
                found.Select(item => item.Call.EndedAt!.Value.ToUnixTimeMilliseconds()));
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task MissedOnly_LeavesOutTheRest(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.WriteHistory(Samples.Session("missed", Samples.Noon));
        await rig.WriteHistory(Samples.Session("taken", Samples.Noon.AddSeconds(1), callees: HistoryOutcome.Answered));
        var missed = new HistoryQuery { MissedOnly = true };
        Assert.Equal("missed", Assert.Single((await rig.History.ForUser("bob", missed)).Items).Call.CallId);
        Assert.Empty((await rig.History.ForUser("alice", missed)).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Limit_OutOfRange_IsBroughtBack(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i < 101; i++)
            await rig.WriteHistory(Samples.Session($"c{i}", Samples.Noon.AddSeconds(i)));
        Assert.Equal(100, (await rig.History.ForUser("bob", new HistoryQuery { Limit = int.MaxValue })).Items.Length);
        Assert.Single((await rig.History.ForUser("bob", new HistoryQuery { Limit = -5 })).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Cursor_NotOurs_IsTheClientsMistake(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        string[] cursors =
        [
            "", "x", "!!!", "AAAA", "AAAAAAAAAAA", "_____________", new string('A', 5000),
            Convert.ToBase64String(Encoding.UTF8.GetBytes("1:c1")),
            "AAAAAAAAAAAA", "f_________9jMQ",
        ];
        foreach (var cursor in cursors)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(
                () => rig.History.ForUser("bob", new HistoryQuery { Before = cursor }));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => rig.History.Find(new CallSearch { Cursor = cursor }));
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Purge_TakesWhatIsOlderThanTheRetention(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var now = rig.Time.GetUtcNow();
        for (var i = 0; i < 250; i++)
            await rig.WriteHistory(Samples.Session($"old{i}", now.AddDays(-90).AddMinutes(-i - 1)));
        await rig.WriteHistory(Samples.Session("new", now.AddDays(-89)));
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.Equal(
            "new", Assert.Single((await rig.History.ForUser("bob", new HistoryQuery { Limit = 100 })).Items).Call.CallId);
        Assert.Equal("new", Assert.Single((await rig.History.Find(new CallSearch { Limit = 100 })).Items).Call.CallId);
    }
}
