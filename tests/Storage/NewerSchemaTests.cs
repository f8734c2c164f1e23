using Npgsql;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Silo.Storage.Sqlite;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>
/// A database that a later version has been at. In a rolling upgrade that changes the schema, a silo of the version before may
/// have to start again on the newer one; it does if that one says that it may.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class NewerSchemaTests(PostgresServer server)
{
    private const int Later = 99;

    [Theory, OnSqlite, OnPostgres]
    public async Task Start_OnANewerSchemaThatIsCompatible_Works_AndLeavesItAlone(StoreKind kind)
    {
        await using var database = await Database.Create(kind, server);
        await database.Rig.Write(Samples.User("alice"), new GrainState<StoredUser> { State = Samples.With("x") });
        await database.SetLater(database.Version);

        await database.Rig.Start();

        Assert.Equal("x", (await database.Rig.Read(Samples.User("alice"))).State.Token());
        await database.Rig.WriteHistory(Samples.Session("c1", Samples.Noon));
        await database.Rig.Stop();
        Assert.Equal(Later, await database.ReadVersion());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Start_OnANewerSchemaThatIsNot_IsRefused(StoreKind kind)
    {
        await using var database = await Database.Create(kind, server);
        await database.SetLater(database.Version + 1);
        var sentence = await database.Refused();
        Assert.EndsWith(
            $"has schema 99, written by a later version; this one knows schemas up to {database.Version}, and schema 99 is not for versions that do not know schema {database.Version + 1}.",
            sentence, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Start_OnANewerSchemaThatSaysNothing_IsRefused(StoreKind kind)
    {
        await using var database = await Database.Create(kind, server);
        await database.SetLater(null);
        Assert.Contains("schema 99", await database.Refused(), StringComparison.Ordinal);
    }

    /// <summary>As they were made before schemas said what they are compatible with.</summary>
    [Need(Need.Postgres)]
    public async Task Start_WithoutTheColumn_IsForItsOwnVersion()
    {
        await using var database = await Database.Create(StoreKind.Postgres, server);
        await database.Postgres("ALTER TABLE orleanscalls_schema DROP COLUMN compatible_from");
        await database.Rig.Start();
        await database.Rig.Stop();
        await database.Postgres($"INSERT INTO orleanscalls_schema (version) VALUES ({Later})");
        Assert.Contains("schema 99", await database.Refused(), StringComparison.Ordinal);
    }

    /// <summary>One that this version has made, and that nobody uses at the moment.</summary>
    private sealed class Database : IAsyncDisposable
    {
        private readonly string? _postgres;

        private Database(Rig rig, string? postgres) => (Rig, _postgres) = (rig, postgres);

        internal Rig Rig { get; }

        internal int Version => _postgres is null ? SqliteSchema.Version : PostgresSchema.Version;

        internal static async Task<Database> Create(StoreKind kind, PostgresServer server)
        {
            var postgres = kind == StoreKind.Postgres ? await server.CreateDatabase() : null;
            var folder = Path.Combine(Path.GetTempPath(), "orleanscalls-" + Guid.NewGuid().ToString("N"));
            var rig = Rig.Create(new() { ["Storage:Path"] = folder, ["ConnectionStrings:Postgres"] = postgres });
            await rig.Start();
            return new Database(rig, postgres);
        }

        /// <summary>Does to the stopped database what a later version would.</summary>
        internal async Task SetLater(int? compatibleFrom)
        {
            await Rig.Stop();
            if (_postgres is not null)
                await Postgres(
                    $"INSERT INTO orleanscalls_schema (version, compatible_from) VALUES ({Later}, {compatibleFrom?.ToString() ?? "NULL"})");
            else
                Sqlite($"PRAGMA user_version = {SqliteSchema.Mark(Later, compatibleFrom ?? Later)}");
        }

        internal async Task<int> ReadVersion() => _postgres is not null
            ? (int)(await Postgres("SELECT max(version) FROM orleanscalls_schema"))!
            : (int)(long)Sqlite("PRAGMA user_version")! & 0xFFFF;

        internal async Task<string> Refused()
        {
            await Rig.Stop();
            return Assert.Single((await Assert.ThrowsAsync<SettingException>(Rig.Start)).Sentences);
        }

        internal async Task<object?> Postgres(string sql)
        {
            await Rig.Stop();
            await using var connection = new NpgsqlConnection(_postgres);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }

        private object? Sqlite(string sql)
        {
            using var connection = Rig.Outside();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }

        public ValueTask DisposeAsync() => Rig.DisposeAsync();
    }
}
