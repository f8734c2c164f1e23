using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Storage;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Users;

namespace OrleansCalls.Storage.Tests;

/// <summary>Writes that come together go to PostgreSQL together, and each is answered for itself.</summary>
[Collection(SharedServer.Name)]
public sealed class PostgresWriterTests(PostgresServer server)
{
    /// <summary>One that was under way when the others came, and those: 300 writes in batches of 256.</summary>
    private const int FewBatches = 3;

    private static Rig On(string database) => Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });

    private static GrainState<StoredUser> State(string token) => new() { State = Samples.With(token) };

    private static long Batches(Rig rig) => rig.Services.GetRequiredService<PostgresWriter>().Batches;

    private static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    [PostgresFact]
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
                all.Add(rig.OpenCalls.Keep($"c{i}", Samples.Noon));
                all.Add(rig.History.Write(Samples.Session($"c{i}", Samples.Noon)));
            }
        }

        await Task.WhenAll(all);
        Assert.InRange(Batches(rig) - before, 1, FewBatches);
        Assert.InRange((long)(await Run(database, "SELECT count(DISTINCT xmin::text) FROM calls"))!, 1, FewBatches);
        Assert.Equal(2 * calls, (await rig.OpenCalls.List(1000)).Length);
        Assert.Equal(100, (await rig.History.ForUser("bob", new HistoryQuery { Limit = 100 })).Items.Length);
        for (var i = 0; i < 2 * calls; i++)
        {
            var found = await rig.ReadCall($"c{i}");
            Assert.Equal(($"then {i}", states[i].ETag), (found.State.Token(), found.ETag));
        }

        // The etags are right: each is good for one more write.
        await Task.WhenAll(states.Select((state, i) => rig.WriteCall($"c{i}", state)));
    }

    [PostgresFact]
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
    [PostgresFact]
    public async Task Writes_OfTwoSilosAtOnce_OneLandsForEachCall()
    {
        const int calls = 100;
        var database = await server.CreateDatabase();
        await using var one = On(database);
        await one.Start();
        await using var other = new PostgresWriter(PostgresConnection.WithDefaults(database), NullLogger<PostgresWriter>.Instance);
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
                    all.Add(Landed(one.WriteCall($"c{i}", new GrainState<StoredUser> { State = Samples.With("one"), ETag = etag! })));
                    // In the other order, which must not lock the two against each other.
                    var id = Samples.Call($"c{calls - 1 - i}");
                    all.Add(Landed(theirs.WriteStateAsync("call", id, new GrainState<StoredUser> { State = Samples.With("other"), ETag = etag! })));
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

    /// <summary>Neither what the server refuses (a null character) nor what the driver does (half a character).</summary>
    [PostgresTheory]
    [InlineData('\0')]
    [InlineData('\ud800')]
    public async Task Write_ThatIsNotTaken_TakesNoOtherOfItsBatchWithIt(char bad)
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task refusing;
        List<Task> good = [];
        await using (await HeldTables.Hold(database))
        {
            for (var i = 0; i < 20; i++)
                good.Add(rig.WriteCall($"before{i}", State("x")));
            refusing = rig.OpenCalls.Keep($"bad{bad}id", Samples.Noon);
            for (var i = 0; i < 20; i++)
                good.Add(rig.OpenCalls.Keep($"after{i}", Samples.Noon));
        }

        await Task.WhenAll(good);
        var refused = await Assert.ThrowsAsync<OrleansException>(() => refusing);
        Assert.StartsWith("The database does not take this", refused.Message, StringComparison.Ordinal);
        Assert.True((await rig.ReadCall("before19")).RecordExists);
        Assert.Equal(20, (await rig.OpenCalls.List(100)).Length);
        await rig.WriteCall("later", State("x"));
    }

    [PostgresFact]
    public async Task Stop_WritesWhatIsWaiting()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task waiting, closing;
        await using (await HeldTables.Hold(database))
        {
            waiting = Task.WhenAll(Enumerable.Range(0, 300).Select(i => rig.WriteCall($"c{i}", State("x"))));
            closing = rig.Store.Close();
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.WriteCall("late", State("x")));
            Assert.False(closing.IsCompleted);
        }

        await waiting;
        await closing;
        Assert.Equal(300L, await Run(database, "SELECT count(*) FROM calls"));
    }

    [PostgresFact]
    public async Task Writes_BeyondWhatMayWait_AreRefused_AndTheRestIsWritten()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task[] all;
        await using (await HeldTables.Hold(database))
            all = [.. Enumerable.Range(0, 20_000).Select(i => rig.OpenCalls.Keep($"c{i}", Samples.Noon))];
        await Task.WhenAll(all.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        var refused = all.Where(write => write.IsFaulted).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, write => Assert.IsType<StorageUnavailableException>(write.Exception!.InnerException));
        Assert.Equal(all.Length - refused.Count, (await rig.OpenCalls.List(int.MaxValue)).Length);
    }

    /// <summary>Last written lately, however long ago it was made: such a call may still be asked for.</summary>
    [PostgresFact]
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

    [PostgresFact]
    public async Task OtherGrains_AreNotKeptAmongCalls()
    {
        await using var rig = await Rig.Start(StoreKind.Postgres, server);
        await Assert.ThrowsAsync<NotSupportedException>(() => rig.Write(Samples.User("c1"), State("x"), "calls", "call"));
        await Assert.ThrowsAsync<NotSupportedException>(() => rig.Write(Samples.Call("c1"), State("x"), "calls", "other"));
    }

#if !EMBEDDED_ORLEANS
    /// <summary>It goes from the silo that has the call to whoever asked, in other processes too.</summary>
    [PostgresFact]
    public async Task Unavailable_ComesWholeToAnotherProcess()
    {
        await using var rig = await Rig.Start(StoreKind.Postgres, server);
        var serializer = rig.Services.GetRequiredService<Orleans.Serialization.Serializer>();
        Exception sent = new StorageUnavailableException("The database is away.");
        var received = serializer.Deserialize<Exception>(serializer.SerializeToArray(sent));
        Assert.IsType<StorageUnavailableException>(received);
        Assert.Equal(sent.Message, received.Message);
    }
#endif

    [PostgresFact]
    public async Task DatabaseAway_FailsWhatWaits_AndComesBack()
    {
        var mortal = new PostgresServer();
        try
        {
            var database = await mortal.CreateDatabase();
            await using var rig = On(database);
            await rig.Start();
            var state = State("before");
            await rig.WriteCall("c1", state);
            var held = await HeldTables.Hold(database);
            var waiting = Enumerable.Range(0, 600).Select(i => rig.OpenCalls.Keep($"c{i}", Samples.Noon)).ToList();
            await mortal.Stop();
            foreach (var write in waiting)
                await Assert.ThrowsAsync<StorageUnavailableException>(() => write);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.WriteCall("c1", state));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.ReadCall("c1"));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.OpenCalls.List(1));
            await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await held.DisposeAsync());
            await mortal.Start();
            await rig.WriteCall("c1", state);
            Assert.Equal("2", (await rig.ReadCall("c1")).ETag);
        }
        finally
        {
            await mortal.DisposeAsync();
        }
    }
}
