namespace OrleansCalls.Storage.Tests;

/// <summary>What every index of open calls here must do.</summary>
[Collection(SharedServer.Name)]
public sealed class OpenCallsTests(PostgresServer server)
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Keep_ThenDrop_IsInTheIndexMeanwhile(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.OpenCalls.Keep("o'neil:日本", Samples.Noon);
        await rig.OpenCalls.Keep("c2", Samples.Noon);
        Assert.Equal(["c2", "o'neil:日本"], (await rig.OpenCalls.List(10)).Order(StringComparer.Ordinal));
        await rig.OpenCalls.Drop("c2");
        Assert.Equal(["o'neil:日本"], (await rig.OpenCalls.List(10)).AsEnumerable());
        await rig.OpenCalls.Drop("c2");
        await rig.OpenCalls.Drop("nobody's");
        Assert.Equal(["o'neil:日本"], (await rig.OpenCalls.List(10)).AsEnumerable());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Keep_Again_GivesAnotherTime(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.OpenCalls.Keep("c1", Samples.Noon);
        await rig.OpenCalls.Keep("c1", Samples.Noon.AddHours(1));
        Assert.Single(await rig.OpenCalls.List(10));
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon.AddMinutes(59), 10));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 10)).AsEnumerable());
        await rig.OpenCalls.Keep("c1", Samples.Noon.AddMinutes(1));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddMinutes(1), 10)).AsEnumerable());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Due_GivesThoseThatHaveWaitedLongestFirst(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        int[] minutes = [5, 1, 4, 2, 3];
        await Task.WhenAll(minutes.Select(minute => rig.OpenCalls.Keep($"c{minute}", Samples.Noon.AddMinutes(minute))));
        Assert.Equal(["c1", "c2", "c3"], (await rig.OpenCalls.Due(Samples.Noon.AddMinutes(3), 10)).AsEnumerable());
        Assert.Equal(["c1", "c2"], (await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 2)).AsEnumerable());
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon, 10));
        Assert.Equal(4, (await rig.OpenCalls.List(4)).Length);
    }

    /// <summary>Nobody waits in between: each must come after the one that was asked for before it.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task KeepAndDrop_OfOneCall_KeepTheirOrder(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        List<Task> all = [];
        for (var i = 0; i < 50; i++)
        {
            all.Add(rig.OpenCalls.Keep($"stays{i}", Samples.Noon));
            all.Add(rig.OpenCalls.Drop($"stays{i}"));
            all.Add(rig.OpenCalls.Keep($"stays{i}", Samples.Noon.AddHours(1)));
            all.Add(rig.OpenCalls.Keep($"goes{i}", Samples.Noon));
            all.Add(rig.OpenCalls.Drop($"goes{i}"));
        }

        await Task.WhenAll(all);
        Assert.Equal(50, (await rig.OpenCalls.List(1000)).Length);
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon, 1000));
        Assert.All(await rig.OpenCalls.Due(Samples.Noon.AddHours(1), 1000), id => Assert.StartsWith("stays", id, StringComparison.Ordinal));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Restart_FindsWhatWasKept(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.OpenCalls.Keep("c1", Samples.Noon.AddMinutes(1));
        await rig.Restart();
        Assert.Equal(["c1"], (await rig.OpenCalls.List(10)).AsEnumerable());
        Assert.Empty(await rig.OpenCalls.Due(Samples.Noon, 10));
        Assert.Equal(["c1"], (await rig.OpenCalls.Due(Samples.Noon.AddMinutes(1), 10)).AsEnumerable());
    }
}
