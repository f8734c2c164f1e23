using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>What comes together goes to PostgreSQL together, and each is answered for itself.</summary>
[Collection(SharedServer.Name)]
public sealed class PostgresLanesTests(PostgresServer server)
{
    /// <summary>One that was under way when the others came, and those: 300 writes in batches of 256.</summary>
    private const int FewBatches = 3;

    private static Rig On(string database) => Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });

    private static GrainState<StoredUser> State(string token) => new() { State = Samples.With(token) };

    private static long Batches(Rig rig) => rig.Services.GetRequiredService<PostgresLanes>().BatchesWritten;

    private static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    [Need(Need.Postgres)]
    public async Task Writes_ThatComeTogether_ShareTransactions()
    {
        const int calls = 50;
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        var states = Enumerable.Range(0, 2 * calls).Select(i => State($"first {i}")).ToArray();
        await Task.WhenAll(states.Take(calls).Select((state, i) => rig.WriteCall($"c{i}", state)));
        var before = Batches(rig);
        List<Task> all = [];
        await using (await HeldTables.Hold(database))
        {
            for (var i = 0; i < 2 * calls; i++)
            {
                states[i].State = Samples.With($"then {i}");
                all.Add(rig.WriteCall($"c{i}", states[i]));
                var ended = new StoredCall { Session = Samples.Session($"h{i}", Samples.Noon) };
                all.Add(rig.WriteCall($"h{i}", new GrainState<StoredCall> { State = ended }));
            }
        }

        await Task.WhenAll(all);
        Assert.InRange(Batches(rig) - before, 1, FewBatches);
        Assert.InRange((long)(await Run(database, "SELECT count(DISTINCT xmin::text) FROM calls"))!, 1, FewBatches);
        Assert.Equal(100, (await rig.History.ForUser("bob", new HistoryQuery { Limit = 100 })).Items.Length);
        for (var i = 0; i < 2 * calls; i++)
        {
            var found = await rig.ReadCall($"c{i}");
            Assert.Equal(($"then {i}", states[i].ETag), (found.State.Token(), found.ETag));
        }

        // The etags are right: each is good for one more write.
        await Task.WhenAll(states.Select((state, i) => rig.WriteCall($"c{i}", state)));
    }

    [Need(Need.Postgres)]
    public async Task Reads_ThatComeTogether_ShareRoundTrips()
    {
        const int calls = 100;
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        await Task.WhenAll(Enumerable.Range(0, calls).Select(i => rig.WriteCall($"c{i}", State($"{i}"))));
        var lanes = rig.Services.GetRequiredService<PostgresLanes>();
        var before = lanes.BatchesRead;
        Task<GrainState<StoredUser>>[] found, missing;
        Task refused;
        await using (await HeldTables.Hold(database))
        {
            found = [.. Enumerable.Range(0, calls).Select(i => rig.ReadCall($"c{i}"))];
            missing = [.. Enumerable.Range(0, calls).Select(i => rig.ReadCall($"no{i}"))];
        }

        for (var i = 0; i < calls; i++)
            Assert.Equal(($"{i}", "1"), ((await found[i]).State.Token(), (await found[i]).ETag));
        Assert.All(await Task.WhenAll(missing), state => Assert.Equal((false, null), (state.RecordExists, state.ETag)));
        Assert.InRange(lanes.BatchesRead - before, 1, FewBatches);

        await using (await HeldTables.Hold(database))
        {
            found = [rig.ReadCall("c1"), rig.ReadCall("c2")];
            refused = rig.ReadCall("c\0");
            missing = [rig.ReadCall("c1"), rig.ReadCall("no1")];
        }

        await Assert.ThrowsAsync<OrleansException>(() => refused);
        Assert.All(await Task.WhenAll(found), state => Assert.True(state.RecordExists));
        Assert.Equal([true, false], (await Task.WhenAll(missing)).Select(state => state.RecordExists));
    }

    /// <summary>
    /// The driver prepares a statement when it is used for the fifth time; a refusal just then must
    /// not cost the next read anything.
    /// </summary>
    [Need(Need.Postgres)]
    public async Task Refusal_LeavesTheNextReadAlone_WhereverItComes()
    {
        for (var reads = 0; reads < 8; reads++)
        {
            await using var rig = On(await server.CreateDatabase());
            await rig.Start();
            await rig.WriteCall("c1", State("x"));
            for (var i = 0; i < reads; i++)
                await rig.ReadCall("c1");
            await Assert.ThrowsAsync<OrleansException>(() => rig.ReadCall("c\0"));
            Assert.Equal("x", (await rig.ReadCall("c1")).State.Token());
        }
    }

    [Need(Need.Postgres)]
    public async Task Conflicts_AmongMany_FailThoseOnly()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        var states = Enumerable.Range(0, 20).Select(i => State($"{i}")).ToArray();
        await Task.WhenAll(states.Select((state, i) => rig.WriteCall($"c{i}", state)));
        var stale = await rig.ReadCall("c7");
        await rig.WriteCall("c7", states[7]);
        states[7] = stale;
        var first = State("again");
        var gone = State("gone");
        gone.ETag = "1";
        Task[] conflicts, good;
        await using (await HeldTables.Hold(database))
        {
            good = [.. states.Select((state, i) => i == 7 ? Task.CompletedTask : rig.WriteCall($"c{i}", state))];
            conflicts = [rig.WriteCall("c7", stale), rig.WriteCall("c3x", gone), rig.WriteCall("c8", first)];
        }

        await Task.WhenAll(good);
        foreach (var conflict in conflicts)
            await Assert.ThrowsAsync<InconsistentStateException>(() => conflict);
        Assert.Equal((null, "1"), (first.ETag, gone.ETag));
        Assert.Equal(("7", "2"), ((await rig.ReadCall("c7")).State.Token(), (await rig.ReadCall("c7")).ETag));
        Assert.False((await rig.ReadCall("c3x")).RecordExists);
        Assert.Equal("8", (await rig.ReadCall("c8")).State.Token());
    }

    /// <summary>Both silos of a call that had moved write at once: whatever batches they go with, one of them lands.</summary>
    [Need(Need.Postgres)]
    public async Task Writes_OfTwoSilosAtOnce_OneLandsForEachCall()
    {
        const int calls = 100;
        var database = await server.CreateDatabase();
        await using var one = On(database);
        await one.Start();
        await using var other = new PostgresLanes(PostgresConnection.WithDefaults(database), NullLogger<PostgresLanes>.Instance);
        var theirs = new PostgresCallStorage(database, other, one.Services.GetRequiredService<GrainStateSerializer>());
        List<Task<bool>> all = [];
        for (var version = 0; version < 3; version++)
        {
            all.Clear();
            await using (await HeldTables.Hold(database))
            {
                for (var i = 0; i < calls; i++)
                {
                    var etag = version == 0 ? null : $"{version}";
                    all.Add(
                        Landed(one.WriteCall($"c{i}", new GrainState<StoredUser> { State = Samples.With("one"), ETag = etag! })));
                    // In the other order, which must not lock the two against each other.
                    var id = Samples.Call($"c{calls - 1 - i}");
                    all.Add(
                        Landed(
                            theirs.WriteStateAsync(
                                "call", id, new GrainState<StoredUser> { State = Samples.With("other"), ETag = etag! })));
                }
            }

            Assert.Equal(calls, (await Task.WhenAll(all)).Count(landed => landed));
        }

        Assert.Equal((long)calls, await Run(database, "SELECT count(*) FROM calls WHERE version = 3"));

        static async Task<bool> Landed(Task write)
        {
            try
            {
                await write;
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }
    }

    /// <summary>Last written lately, however long ago it was made: such a call may still be asked for.</summary>
    [Need(Need.Postgres)]
    public async Task Purge_LeavesOldCallsThatWereWrittenLately()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        await rig.WriteCall("old", State("x"));
        await rig.WriteCall("lately", State("x"));
        await Run(database, "UPDATE calls SET created_at = now() - interval '50 hours'");
        await Run(database, "UPDATE calls SET modified_at = created_at WHERE call_id = 'old'");
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.False((await rig.ReadCall("old")).RecordExists);
        Assert.True((await rig.ReadCall("lately")).RecordExists);
    }

    [Need(Need.Postgres)]
    public async Task OtherGrains_AreNotKeptAmongCalls()
    {
        await using var rig = await Rig.Start(StoreKind.Postgres, server);
        await Assert.ThrowsAsync<NotSupportedException>(() => rig.Write(Samples.User("c1"), State("x"), "calls", "call"));
        await Assert.ThrowsAsync<NotSupportedException>(() => rig.Write(Samples.Call("c1"), State("x"), "calls", "other"));
    }
}
