using OrleansCalls.Calls;
using Orleans.Storage;

namespace OrleansCalls.Tests.Storage;

/// <summary>
/// What every index of open calls here must do: it says what the rows of the calls say, since both are written at once.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class OpenCallsTests(PostgresServer server)
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Write_WithAWakeTime_IsInTheIndex_UntilOneWithout(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var (one, two) = (Samples.Woken(Samples.Noon), Samples.Woken(Samples.Noon));
        await rig.WriteCall("o'neil:日本", one);
        await rig.WriteCall("c2", two);
        Assert.Equal(["c2", "o'neil:日本"], (await rig.OpenCalls.List(10)).Order(StringComparer.Ordinal));
        two.State = new StoredCall();
        await rig.WriteCall("c2", two);
        await rig.WriteCall("c3", Samples.Woken(null));
        Assert.Equal(["o'neil:日本"], (await rig.OpenCalls.List(10)).AsEnumerable());
        await rig.Restart();
        Assert.Equal(["o'neil:日本"], (await rig.OpenCalls.Due(Samples.Noon, 10)).AsEnumerable());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_Again_GivesAnotherTime(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = Samples.Woken(Samples.Noon);
        await rig.WriteCall("c1", call);
        await Move(Samples.Noon.AddHours(1));
        Assert.Single(await rig.OpenCalls.List(10));
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon.AddMinutes(59), 10));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 10)).AsEnumerable());
        await Move(Samples.Noon.AddHours(1));
        await Move(Samples.Noon.AddMinutes(1));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddMinutes(1), 10)).AsEnumerable());

        Task Move(DateTimeOffset wakeAt)
        {
            call.State = new StoredCall { WakeAt = wakeAt };
            return rig.WriteCall("c1", call);
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Due_GivesThoseThatHaveWaitedLongestFirst(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        int[] minutes = [5, 1, 4, 2, 3];
        await Task.WhenAll(minutes.Select(minute => rig.WriteCall($"c{minute}", Samples.Woken(Samples.Noon.AddMinutes(minute)))));
        Assert.Equal(["c1", "c2", "c3"], (await rig.OpenCalls.Due(Samples.Noon.AddMinutes(3), 10)).AsEnumerable());
        Assert.Equal(["c1", "c2"], (await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 2)).AsEnumerable());
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon, 10));
        Assert.Equal(4, (await rig.OpenCalls.List(4)).Length);
    }

    /// <summary>Whoever comes second writes neither the row nor the index.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Write_ThatLosesTheRow_LeavesTheIndexAlone(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = Samples.Woken(Samples.Noon);
        await rig.WriteCall("c1", call);
        var stale = new GrainState<StoredCall> { State = new StoredCall(), ETag = call.ETag };
        call.State = new StoredCall { WakeAt = Samples.Noon.AddHours(1) };
        await rig.WriteCall("c1", call);
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.WriteCall("c1", stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.WriteCall("c1", Samples.Woken(Samples.Noon)));
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon, 10));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 10)).AsEnumerable());
    }

    /// <summary>
    /// A program of the version before writes the index by itself, beside the row, and may die between the two.
    /// </summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task IndexRowsOfTheVersionBefore_GoWithTheNextWrite_OrWhenCleared(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var call = Samples.Woken(null);
        await rig.WriteCall("c1", call);
        var then = kind == StoreKind.Sqlite ? "0" : "now()";
        await rig.Run($"INSERT INTO open_calls (call_id, wake_at) VALUES ('c1', {then}), ('nobody', {then})");
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.ClearCall("c1", Samples.Woken(null)));
        await rig.ClearCall("nobody", Samples.Woken(null));
        Assert.Equal(["c1"], (await rig.OpenCalls.List(10)).AsEnumerable());
        await rig.WriteCall("c1", call);
        Assert.Empty(await rig.OpenCalls.List(10));
    }
}
