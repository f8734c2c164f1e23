using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Tests.Storage;

/// <summary>An ended call's record goes into history in the transaction of the call's row, or not at all.</summary>
[Collection(SharedServer.Name)]
public sealed class CallsInHistoryTests(PostgresServer server)
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Write_OfTheEnd_AddsTheRecord_AndOnlyTheFirstStays(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = new GrainState<StoredCall> { State = new StoredCall { WakeAt = Samples.Noon } };
        await rig.WriteCall("c1", call);
        Assert.Empty(await Past(rig));

        await End(rig, call, Samples.Session("c1", Samples.Noon));
        await End(rig, call, Samples.Session("c1", Samples.Noon.AddHours(1)));
        call.State = new StoredCall { IsInHistory = true };
        await rig.WriteCall("c1", call);
        Assert.Equal(Samples.Noon, Assert.Single(await Past(rig)).Call.EndedAt);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_ThatMeetsAnotherVersion_AddsNoRecord(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = new GrainState<StoredCall> { State = new StoredCall { WakeAt = Samples.Noon } };
        await rig.WriteCall("c1", call);
        var second = new GrainState<StoredCall> { ETag = call.ETag };
        await rig.WriteCall("c1", call);

        await Assert.ThrowsAsync<InconsistentStateException>(() => End(rig, second, Samples.Session("c1", Samples.Noon)));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => End(rig, new GrainState<StoredCall>(), Samples.Session("c1", Samples.Noon)));
        Assert.Empty(await Past(rig));
        Assert.Equal(["c1"], (await rig.OpenCalls.List(10)).AsEnumerable());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_OfATextThatNoColumnHolds_EndsTheCall(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var session = Samples.Session("c1", Samples.Noon);
        session = session with
        {
            Call = session.Call with { ConversationId = "nul \0, half of a pair \ud83d", EndedBy = "b\0b\udc00" },
        };
        await End(rig, new GrainState<StoredCall>(), session);
        Assert.Equal("c1", Assert.Single(await Past(rig)).Call.CallId);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_AfterTheEnd_HasItsTimelineKept_AndNobodyComesBack(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = new GrainState<StoredCall>();
        var session = Samples.Session("c1", Samples.Noon);
        await End(rig, call, session);
        await rig.History.Erase("bob", "anonymous-1", limit: 10);
        await End(
            rig, call,
            session with { Timeline = [new TimelineEntry { At = Samples.Noon, What = "push_sent", UserId = "alice" }] });
        Assert.Equal("push_sent", Assert.Single((await rig.History.Read("c1"))!.Timeline).What);
        Assert.Empty(await Past(rig));
    }

    [Need(Need.Postgres)]
    public async Task Write_OfTheEnd_IsOneTransaction()
    {
        await using var rig = await Rig.Start(StoreKind.Postgres, server);
        await End(rig, new GrainState<StoredCall>(), Samples.Session("c1", Samples.Noon));
        Assert.Equal(1L, await rig.Scalar(
            "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM calls UNION ALL SELECT xmin FROM call_sessions UNION ALL SELECT xmin FROM call_participants) t"));
    }

    private static Task End(Rig rig, GrainState<StoredCall> call, CallSession session)
    {
        call.State = new StoredCall { IsInHistory = true, Session = session, WakeAt = Samples.Noon };
        return rig.WriteCall("c1", call);
    }

    private static async Task<IReadOnlyList<PastCall>> Past(Rig rig) =>
        (await rig.History.ForUser("bob", new HistoryQuery())).Items;
}
