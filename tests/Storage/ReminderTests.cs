
namespace OrleansCalls.Tests.Storage;

/// <summary>What every reminder table here must do.</summary>
[Collection(SharedServer.Name)]
public sealed class ReminderTests(PostgresServer server)
{
    private static ReminderEntry Entry(GrainId grain, string name, int minutes = 1) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = Samples.Noon.UtcDateTime.AddMinutes(minutes),
        Period = TimeSpan.FromMinutes(minutes),
    };

    [Theory, OnSqlite, OnPostgres]
    public async Task Upsert_ThenRead_GivesItBack(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = GrainId.Create("call", "o'neil:日本");
        var etag = await rig.Reminders.UpsertRow(Entry(grain, "deadline"));
        var found = await rig.Reminders.ReadRow(grain, "deadline");
        Assert.NotNull(found);
        Assert.Equal(grain, found.GrainId);
        Assert.Equal("deadline", found.ReminderName);
        Assert.Equal(Samples.Noon.UtcDateTime.AddMinutes(1), found.StartAt.ToUniversalTime());
        Assert.Equal(TimeSpan.FromMinutes(1), found.Period);
        Assert.Equal(etag, found.ETag);
        Assert.Null(await rig.Reminders.ReadRow(grain, "other"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Upsert_Again_ChangesRowAndEtag(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = GrainId.Create("call", "c1");
        var first = await rig.Reminders.UpsertRow(Entry(grain, "deadline", 1));
        var second = await rig.Reminders.UpsertRow(Entry(grain, "deadline", 5));
        Assert.NotEqual(first, second);
        Assert.Equal(TimeSpan.FromMinutes(5), (await rig.Reminders.ReadRow(grain, "deadline"))!.Period);
        Assert.False(await rig.Reminders.RemoveRow(grain, "deadline", first!));
        Assert.True(await rig.Reminders.RemoveRow(grain, "deadline", second!));
        Assert.False(await rig.Reminders.RemoveRow(grain, "deadline", second!));
        Assert.Null(await rig.Reminders.ReadRow(grain, "deadline"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task ReadRows_OfOneGrain_GivesAllItsNames(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = GrainId.Create("call", "c1");
        await rig.Reminders.UpsertRow(Entry(grain, "a"));
        await rig.Reminders.UpsertRow(Entry(grain, "b"));
        await rig.Reminders.UpsertRow(Entry(GrainId.Create("call", "c2"), "a"));
        var rows = await rig.Reminders.ReadRows(grain);
        Assert.Equal(["a", "b"], rows.Reminders.Select(row => row.ReminderName).Order());
    }

    /// <summary>However the ring is cut, over zero and over the sign bit too, each reminder lies in exactly one part.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task ReadRows_RingInParts_EachReminderIsInOne(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i < 200; i++)
            await rig.Reminders.UpsertRow(Entry(GrainId.Create("call", $"c{i}"), "deadline"));
        var hashes = Enumerable.Range(0, 200).Select(i => GrainId.Create("call", $"c{i}").GetUniformHashCode()).Order().ToArray();
        uint[][] cuts =
        [
            [0x1000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xF000_0000], [0, 0x8000_0000], [hashes[3], hashes[100], hashes[150]],
            [uint.MaxValue, 0, 1], [.. Enumerable.Range(0, 30).Select(part => (uint)(part * (uint.MaxValue / 30)))],
        ];
        foreach (var cut in cuts)
        {
            List<string> found = [];
            for (var i = 0; i < cut.Length; i++)
            {
                uint begin = cut[i], end = cut[(i + 1) % cut.Length];
                var rows = await rig.Reminders.ReadRows(begin, end);
                Assert.All(rows.Reminders, row => Assert.True(Within(row.GrainId.GetUniformHashCode(), begin, end)));
                found.AddRange(rows.Reminders.Select(row => row.GrainId.ToString()));
            }

            Assert.Equal(200, found.Count);
            Assert.Equal(200, found.Distinct().Count());
        }

        Assert.Equal(200, (await rig.Reminders.ReadRows(0, 0)).Reminders.Count);
        Assert.Equal(200, (await rig.Reminders.ReadRows(hashes[7], hashes[7])).Reminders.Count);
    }

    private static bool Within(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    [Theory, OnSqlite, OnPostgres]
    public async Task Clear_LeavesNone_AndRestartKeepsWhatThereIs(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        await rig.Reminders.UpsertRow(Entry(GrainId.Create("test", "c1"), "a"));
        await rig.Restart();
        Assert.Single((await rig.Reminders.ReadRows(0, 0)).Reminders);
        await rig.Reminders.TestOnlyClearTable();
        Assert.Empty((await rig.Reminders.ReadRows(0, 0)).Reminders);
    }
}
