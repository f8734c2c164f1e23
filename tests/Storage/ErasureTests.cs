using System.Text.Json;

namespace OrleansCalls.Tests.Storage;

/// <summary>A person is taken out of the history; the other people in it are not.</summary>
[Collection(SharedServer.Name)]
public sealed class ErasureTests(PostgresServer server)
{
    private const string Alias = "erased-1";

    [Theory, OnSqlite, OnPostgres]
    public async Task Erase_LeavesTheOthersTheirCall_WithoutThePerson(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var session = Samples.Session("c1", Samples.Noon);
        await rig.WriteHistory(session with
        {
            Call = session.Call with
            {
                EndedBy = "alice", Legs = [new Leg { UserId = "bob", Name = "Bob", State = LegPhase.Missed }],
            },
        });

        Assert.Equal((1, 0), await Erase(rig, "alice"));

        Assert.Empty((await rig.History.ForUser("alice", new HistoryQuery())).Items);
        Assert.Empty((await rig.History.ForUser(Alias, new HistoryQuery())).Items);
        var bobs = Assert.Single((await rig.History.ForUser("bob", new HistoryQuery())).Items);
        Assert.Equal((HistoryOutcome.Missed, Alias, Alias), (bobs.Outcome, bobs.Call.Caller.Id, bobs.Call.EndedBy));
        Assert.Equal(("", (string?)null), (bobs.Call.Caller.Name, bobs.Call.Caller.DeviceId));
        Assert.Equal(("bob", "Bob"), (bobs.Call.Legs[0].UserId, bobs.Call.Legs[0].Name));
        Assert.Equal(("v", "значение"), (bobs.Call.Metadata!["k"], bobs.Call.Metadata["ключ"]));
        // Operators still see how it went for the caller, whoever that was.
        var all = Assert.Single((await rig.History.Find(new CallSearch())).Items);
        Assert.Equal(HistoryOutcome.Unanswered, all.Outcome);
        Assert.DoesNotContain("alice", JsonSerializer.Serialize(all), StringComparison.Ordinal);

        Assert.Equal((0, 0), await Erase(rig, "alice"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erase_OfACallee_TakesNameDeviceAndWords(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var session = Samples.Session("c1", Samples.Noon, callees: HistoryOutcome.Declined);
        var leg = new Leg
        {
            UserId = "bob", Name = "Bob", DeviceId = "b1", State = LegPhase.Declined, Reason = "at the dentist's",
        };
        await rig.WriteHistory(session with { Call = session.Call with { Legs = [leg], EndReason = EndReason.Rejected } });

        Assert.Equal((1, 0), await Erase(rig, "bob"));

        var alices = Assert.Single((await rig.History.ForUser("alice", new HistoryQuery())).Items);
        Assert.Equal(new Leg { UserId = Alias, State = LegPhase.Declined }, Assert.Single(alices.Call.Legs));
        Assert.Equal("d1", alices.Call.Caller.DeviceId);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erase_OfTheLastPerson_DeletesTheCall(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon));
        Assert.Equal((1, 0), await Erase(rig, "alice"));
        Assert.Equal((0, 1), await Erase(rig, "bob"));
        Assert.Empty((await rig.History.Find(new CallSearch())).Items);
    }

    /// <summary>
    /// Both ask at once, for more calls than go into one step: nothing of either is left, and
    /// nobody waits for the other for ever.
    /// </summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Erase_OfBothAtOnce_LeavesNothing(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i < 60; i++)
            await rig.WriteHistory(
                Samples.Session($"c{i}", Samples.Noon.AddSeconds(i), i % 2 == 0 ? "alice" : "bob", i % 2 == 0 ? "bob" : "alice"));
        await rig.WriteHistory(Samples.Session("other", Samples.Noon, "carol", "dan"));

        await Task.WhenAll(Task.Run(() => Erase(rig, "alice")), Task.Run(() => Erase(rig, "bob")));

        Assert.Equal("other", Assert.Single((await rig.History.Find(new CallSearch { Limit = 100 })).Items).Call.CallId);
    }

    private static async Task<(int Anonymized, int Deleted)> Erase(Rig rig, string userId)
    {
        var (anonymized, deleted) = (0, 0);
        while (await rig.History.Erase(userId, Alias, limit: 25) is { } some && some != new HistoryErasure())
            (anonymized, deleted) = (anonymized + some.Anonymized, deleted + some.Deleted);
        return (anonymized, deleted);
    }
}
