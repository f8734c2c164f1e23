using Npgsql;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Tests.Storage;

/// <summary>A database of the version before: nothing that lies in it is lost.</summary>
[Collection(SharedServer.Name)]
public sealed class SchemaTests(PostgresServer server)
{
    private static readonly byte[] Payload = new GrainStateSerializer().Serialize(Samples.With("kept")).ToArray();

    [Need(Need.Postgres)]
    public async Task Postgres_CallsMoveToTheirTable_AndTheirRemindersToTheIndex()
    {
        var database = await server.CreateDatabase();
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            foreach (var script in (string[])["postgres/1-first.sql", "postgres/2-cluster.sql"])
                await Run(Resource.Text(script));
            await Run("""
                CREATE TABLE orleanscalls_schema (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO orleanscalls_schema VALUES (1), (2);
                INSERT INTO orleansreminderstable VALUES
                    ('orleans-calls', 'call/c1', 'deadline', now() + interval '1 hour', 60000, 1, 0),
                    ('orleans-calls', 'call/a/b', 'deadline', now() - interval '1 hour', 60000, 2, 0),
                    ('orleans-calls', 'clock/1', 'tick', now(), 60000, 3, 0);
                """);
            await Store("calls/call", "id:c1", 3);
            await Store("calls/call", "id:a/b", 1);
            await Store("users/user", "id:c1", 7);

            async Task Store(string type, string key, int version)
            {
                await using var command = new NpgsqlCommand(
                    "INSERT INTO orleansstorage VALUES (1, 1, 0, 0, $1, $2, 'orleans-calls', $3, now() - interval '2 days', $4)",
                    connection);
                foreach (var value in (object[])[type, key, Payload, version])
                    command.Parameters.Add(new NpgsqlParameter { Value = value });
                await command.ExecuteNonQueryAsync();
            }

            async Task Run(string sql)
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            }
        }

        await using var rig = Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });
        await rig.Start();
        var call = await rig.ReadCall("c1");
        Assert.Equal(("kept", "3"), (call.State.Token(), call.ETag));
        Assert.Equal(
            ["a/b", "c1"],
            (await rig.OpenCalls.Due(TimeProvider.System.GetUtcNow().AddMinutes(1), 10)).Order(StringComparer.Ordinal));
        await rig.WriteCall("c1", call);
        Assert.Equal("1", (await rig.ReadCall("a/b")).ETag);
        Assert.Equal("clock/1", Assert.Single((await rig.Reminders.ReadRows(0, 0)).Reminders).GrainId.ToString());
        // What was written two days ago is purged when its time has come, as before.
        rig.Time.Shift = TimeSpan.FromHours(2);
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.False((await rig.ReadCall("a/b")).RecordExists);
        Assert.True((await rig.ReadCall("c1")).RecordExists);

        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await using var left = new NpgsqlCommand("SELECT string_agg(graintypestring, ',') FROM orleansstorage", connection);
            Assert.Equal("users/user", await left.ExecuteScalarAsync());
            await using var old = new NpgsqlCommand(
                "SELECT orleanscalls_write_state(1, 0, 0, 1, 'calls/call', 'id:c9', 'orleans-calls', NULL, 'x')", connection);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => old.ExecuteScalarAsync());
            Assert.Equal("orleansstorage_has_no_calls", refused.ConstraintName);
        }
    }

    [Fact]
    public async Task Sqlite_RemindersOfCallsMoveToTheIndex()
    {
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        Directory.CreateDirectory(rig.Folder);
        Run(rig, Resource.Text("sqlite/1-first.sql") + """
            PRAGMA application_id = 0x4F43616C;
            PRAGMA user_version = 1;
            INSERT INTO reminders VALUES ('call/c1', 'deadline', 1, 0, 600000000, 0), ('call/a/b', 'deadline', 2, 0, 600000000, 0),
                ('clock/1', 'tick', 3, 0, 600000000, 0);
            INSERT INTO grain_state (storage, name, grain, version, modified, payload)
            VALUES ('calls', 'call', 'call/c1', 1, 1000 * strftime('%s'), '{}'), ('calls', 'call', 'call/a/b', 1, 1000 * strftime('%s'), '{}');
            """);
        await rig.Start();
        Assert.Equal(
            ["a/b", "c1"],
            (await rig.OpenCalls.Due(TimeProvider.System.GetUtcNow().AddMinutes(1), 10)).Order(StringComparer.Ordinal));
        Assert.Equal("clock/1", Assert.Single((await rig.Reminders.ReadRows(0, 0)).Reminders).GrainId.ToString());
    }

    /// <summary>Calls of before do not know when they were made; when they were written last decides.</summary>
    [Fact]
    public async Task Sqlite_CallsOfBefore_ArePurgedWhenTheirTimeHasCome()
    {
        // As a program of schema 2 writes them, before and after: it may be started again on schema 3.
        const string insert = """
            INSERT INTO grain_state (storage, name, grain, version, modified, payload)
            VALUES ('calls', 'call', $2, 3, 1000 * (strftime('%s') - $3), $1);
            """;
        const int longAgo = 50 * 3600;
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        Directory.CreateDirectory(rig.Folder);
        Run(rig, Resource.Text("sqlite/1-first.sql") + Resource.Text("sqlite/2-open-calls.sql")
            + "PRAGMA application_id = 0x4F43616C; PRAGMA user_version = 2;");
        Run(rig, insert, Payload, "call/old", longAgo);
        Run(rig, insert, Payload, "call/c1", 0);
        await rig.Start();
        Run(rig, insert, Payload, "call/since", longAgo);
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.False((await rig.ReadCall("old")).RecordExists);
        Assert.False((await rig.ReadCall("since")).RecordExists);
        var call = await rig.ReadCall("c1");
        Assert.Equal(("kept", "3"), (call.State.Token(), call.ETag));
        await rig.WriteCall("c1", call);
    }

    private static void Run(Rig rig, string sql, params object[] values)
    {
        using var connection = rig.Outside();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (number, value) in values.Index())
            command.Parameters.AddWithValue($"${number + 1}", value);
        command.ExecuteNonQuery();
    }
}
