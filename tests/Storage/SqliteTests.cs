using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Orleans.Storage;
using OrleansCalls.Silo.Storage.Sqlite;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>What is special to the one file and its one writer.</summary>
[Collection(SharedServer.Name)]
public sealed class SqliteTests(PostgresServer server)
{
    private static SqliteStore Sqlite(Rig rig) => (SqliteStore)rig.Store;

    internal static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The writer is held up by one write; everything that comes meanwhile shares the next transaction.</summary>
    [Fact]
    public async Task Writes_ThatComeTogether_ShareTransactions()
    {
        const int writes = 200;
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        using var held = new ManualResetEventSlim();
        using var holding = new ManualResetEventSlim();
        var first = Sqlite(rig).Write(_ =>
        {
            holding.Set();
            held.Wait();
            return 0;
        });
        holding.Wait();
        var before = Sqlite(rig).Transactions;
        var all = Enumerable.Range(0, writes).Select(i => i % 3 == 0
            ? rig.WriteHistory(Samples.Session($"c{i}", Samples.Noon))
            : rig.Write(Samples.User($"u{i}"), new GrainState<StoredUser> { State = Samples.With("x") })).ToArray();
        held.Set();
        await first;
        await Task.WhenAll(all);
        Assert.InRange(Sqlite(rig).Transactions - before, 1, 3);
    }

    [Fact]
    public async Task Write_ThatFails_TakesNoOtherOfItsGroupWithIt()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        using var held = new ManualResetEventSlim();
        var first = Sqlite(rig).Write(_ =>
        {
            held.Wait();
            return 0;
        });
        var good = rig.Write(Samples.User("good"), new GrainState<StoredUser> { State = Samples.With("x") });
        var bad = Sqlite(rig).Write(session => session.Run("INSERT INTO no_such_table VALUES (1)"));
        var late = rig.Write(Samples.User("late"), new GrainState<StoredUser> { State = Samples.With("y") });
        held.Set();
        await first;
        await Assert.ThrowsAsync<SqliteException>(() => bad);
        await good;
        await late;
        Assert.Equal("x", (await rig.Read(Samples.User("good"))).State.Token());
        Assert.Equal("y", (await rig.Read(Samples.User("late"))).State.Token());
    }

    [Fact]
    public async Task DiskFull_FailsTheWrite_AndTheWriterGoesOn()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await rig.Write(Samples.User("before"), new GrainState<StoredUser> { State = Samples.With("x") });
        await Sqlite(rig).Write(session => session.Scalar("PRAGMA max_page_count = 1")); // as many as there are
        var state = new GrainState<StoredUser> { State = Samples.With(new string('x', 1_000_000)) };
        var failure = await Assert.ThrowsAsync<SqliteException>(() => rig.Write(Samples.User("big"), state));
        Assert.Equal(13, failure.SqliteErrorCode);
        Assert.Null(state.ETag);
        Assert.Equal("x", (await rig.Read(Samples.User("before"))).State.Token());

        await Sqlite(rig).Write(session => session.Scalar("PRAGMA max_page_count = 1000000"));
        await rig.Write(Samples.User("big"), state);
    }

    /// <summary>Last written lately, however long ago it was made: such a call may still be asked for.</summary>
    [Fact]
    public async Task Purge_LeavesOldCallsThatWereWrittenLately()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        var lately = new GrainState<StoredUser> { State = Samples.With("x") };
        await rig.WriteCall("old", new GrainState<StoredUser> { State = Samples.With("x") });
        await rig.WriteCall("lately", lately);
        rig.Time.Shift = TimeSpan.FromHours(40);
        await rig.WriteCall("lately", lately);
        rig.Time.Shift = TimeSpan.FromHours(50);
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.False((await rig.ReadCall("old")).RecordExists);
        Assert.True((await rig.ReadCall("lately")).RecordExists);
    }

    [Fact]
    public async Task Log_IsCopiedBesideTheWrites_AndStartsAnew()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        var log = new FileInfo(Path.Combine(rig.Folder, "calls.db-wal"));
        var big = new GrainState<StoredUser>();
        await WriteMegabytes(rig, big, 4);
        var first = Sequence(log);
        await Until.True(
            async () =>
            {
                await WriteMegabytes(rig, big, 4);
                return Sequence(log) != first;
            },
            "a log that starts anew");
        log.Refresh();
        Assert.InRange(log.Length, 32_000_000, long.MaxValue);
    }

    [Fact]
    public async Task Log_ThatCannotBeCopied_Grows_AndNoWriteFails()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        var log = new FileInfo(Path.Combine(rig.Folder, "calls.db-wal"));
        var state = new GrainState<StoredUser> { State = Samples.With("x") };
        await rig.Write(Samples.User("alice"), state);
        using (var outside = rig.Outside())
        {
            // A backup that takes its time needs the log for as long as it lasts.
            Run(outside, "BEGIN");
            Run(outside, "SELECT count(*) FROM grain_state");
            await WriteMegabytes(rig, new GrainState<StoredUser>(), 160);
            log.Refresh();
            Assert.InRange(log.Length, 150_000_000, 200_000_000);
            Run(outside, "COMMIT");
        }

        await rig.Write(Samples.User("alice"), state);
        await rig.Restart();
        Assert.Equal("x", (await rig.Read(Samples.User("alice"))).State.Token());
    }

    /// <summary>How often the log has started anew: sqlite.org/fileformat.html, "WAL Header Format".</summary>
    private static int Sequence(FileInfo log)
    {
        using var file = log.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> header = stackalloc byte[16];
        file.ReadExactly(header);
        return BinaryPrimitives.ReadInt32BigEndian(header[12..]);
    }

    // Something else each time: what is the same SQLite does not write.
    private static async Task WriteMegabytes(Rig rig, GrainState<StoredUser> big, int megabytes)
    {
        for (var i = 0; i < megabytes / 4; i++)
        {
            big.State = Samples.With(new string(big.State?.Tokens is [{ Token: ['x', ..] }] ? 'y' : 'x', 4_000_000));
            await rig.Write(Samples.User("big"), big);
        }
    }

    [Fact]
    public async Task Reads_DoNotWaitForAWriter()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        var state = new GrainState<StoredUser> { State = Samples.With("x") };
        await rig.Write(Samples.User("alice"), state);
        using var outside = rig.Outside();
        Run(outside, "BEGIN IMMEDIATE");
        var write = rig.Write(Samples.User("alice"), state);
        Assert.Equal("x", (await rig.Read(Samples.User("alice"))).State.Token());
        Assert.Empty((await rig.History.ForUser("alice", new HistoryQuery())).Items);
        Assert.False(write.IsCompleted);
        Run(outside, "ROLLBACK");
        await write;
    }

    [Fact]
    public async Task Stop_WritesWhatIsWaiting_AndLeavesOneFile()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        using var held = new ManualResetEventSlim();
        var first = Sqlite(rig).Write(_ =>
        {
            held.Wait();
            return 0;
        });
        var store = Sqlite(rig);
        var waiting = rig.Write(Samples.User("alice"), new GrainState<StoredUser> { State = Samples.With("x") });
        var closing = store.Close();
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => rig.Grains("users").WriteStateAsync(
                "user", Samples.User("bob"), new GrainState<StoredUser> { State = Samples.With("y") }));
        held.Set();
        await first;
        await waiting;
        await closing;
        Assert.False(File.Exists(Path.Combine(rig.Folder, "calls.db-wal")));
        await rig.Restart();
        Assert.Equal("x", (await rig.Read(Samples.User("alice"))).State.Token());
    }

    [Theory]
    [InlineData("normal", 1L)]
    [InlineData("full", 2L)]
    public async Task Synchronous_IsWhatTheSettingSays(string setting, long pragma)
    {
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        await using var set = Rig.Create(new() { ["Storage:Path"] = rig.Folder, ["Storage:Synchronous"] = setting });
        await set.Start();
        Assert.Equal(pragma, await Sqlite(set).Write(session => (long)session.Scalar("PRAGMA synchronous")!));
        Assert.Equal("wal", Sqlite(set).Read(session => (string)session.Scalar("PRAGMA journal_mode")!));
    }

    [Fact]
    public async Task Etag_ThatIsNoVersion_IsAConflict()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        var state = new GrainState<StoredUser> { State = Samples.With("x"), ETag = "W/\"1\"" };
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.Write(Samples.User("alice"), state));
    }
}
