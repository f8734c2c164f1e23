using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using OrleansCalls.Silo.Storage.Sqlite;

namespace OrleansCalls.Tests.Storage;

/// <summary>The health check <c>storage</c> says whether calls can be written, and says it in time.</summary>
[Collection(SharedServer.Name)]
public sealed class HealthTests(PostgresServer server)
{
    [Theory]
    [OnSqlite]
    [OnPostgres]
    public async Task Storage_ThatWorks_IsHealthy_AndIsNotWrittenToByEachRequest(StoreKind kind)
    {
        var database = kind == StoreKind.Postgres ? await server.CreateDatabase() : null;
        await using var rig = database is null ? await Rig.Start(kind, server) : await On(database);
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++)
            Assert.Equal(HealthStatus.Healthy, await Status(rig));
        var most = 1 + (int)(TimeProvider.System.GetElapsedTime(began) / TimeSpan.FromSeconds(2));
        var written = database is null
            ? Sqlite(rig).Read(session => session.Scalar("SELECT version FROM grain_state WHERE storage = 'health'"))
            : await Run(database, "SELECT version FROM calls WHERE call_id LIKE 'probe/%'");
        Assert.InRange(Convert.ToInt32(written, CultureInfo.InvariantCulture), 1, most);
    }

    [Fact]
    public async Task Sqlite_WhoseWritesFail_IsUnhealthy_UntilTheyDoNot()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await rig.Run("CREATE TRIGGER refusal BEFORE INSERT ON grain_state BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.Equal(HealthStatus.Unhealthy, await Status(rig));
        await rig.Run("DROP TRIGGER refusal");
        await Becomes(rig, HealthStatus.Healthy);
    }

    /// <summary>SQLite itself waits for seconds, once for each write in front; a disk that hangs, for ever.</summary>
    [Fact]
    public async Task Sqlite_WhoseWriterHangs_IsUnhealthyMeanwhile()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        using var held = new ManualResetEventSlim();
        var hanging = Sqlite(rig).Write(_ =>
        {
            held.Wait();
            return 0;
        });
        for (var i = 0; i < 3; i++)
            Assert.Equal(HealthStatus.Unhealthy, await Status(rig));
        held.Set();
        await hanging;
        await Becomes(rig, HealthStatus.Healthy);
    }

    [Fact]
    public async Task Sqlite_WhoseFileIsLocked_IsUnhealthyMeanwhile()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await using (var outside = rig.Outside())
        {
            Run(outside, "BEGIN IMMEDIATE");
            Assert.Equal(HealthStatus.Unhealthy, await Status(rig));
            Run(outside, "ROLLBACK");
        }

        await Becomes(rig, HealthStatus.Healthy);
    }

    [Need(Need.Postgres)]
    public async Task Postgres_WhoseStatementsHang_IsUnhealthyMeanwhile()
    {
        var database = await server.CreateDatabase();
        await using var rig = await On(database);
        await using (await HeldTables.Hold(database))
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(HealthStatus.Unhealthy, await Status(rig));
        }

        await Becomes(rig, HealthStatus.Healthy);
    }

    /// <summary>As after a failover that ended at a replica, or on a server that has protected itself from a full disk.</summary>
    [Need(Need.Postgres)]
    public async Task Postgres_ThatIsReadOnly_IsUnhealthy_UntilItIsNot()
    {
        var database = await server.CreateDatabase();
        await using var rig = await On(database);
        Assert.Equal(HealthStatus.Healthy, await Status(rig));
        await Switch(database, "on");
        await Becomes(rig, HealthStatus.Unhealthy);
        await Switch(database, "off");
        await Becomes(rig, HealthStatus.Healthy);
    }

    [NeedTheory(Need.Postgres)]
    [InlineData("INSERT")]
    [InlineData("UPDATE")]
    public async Task Postgres_WhoseRightsAreTakenAway_IsUnhealthy_UntilTheyAreGivenBack(string right)
    {
        var database = await server.CreateDatabase();
        await (await On(database)).DisposeAsync();
        var role = "r" + Guid.NewGuid().ToString("N");
        await Run(
            database, $"CREATE ROLE {role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}");
        await using var rig = await On(new NpgsqlConnectionStringBuilder(database) { Username = role }.ConnectionString);
        Assert.Equal(HealthStatus.Healthy, await Status(rig));
        await Run(database, $"REVOKE {right} ON calls FROM {role}");
        await Becomes(rig, HealthStatus.Unhealthy);
        await Run(database, $"GRANT {right} ON calls TO {role}");
        await Becomes(rig, HealthStatus.Healthy);
    }

    private static async Task<Rig> On(string database)
    {
        var rig = Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });
        await rig.Start();
        return rig;
    }

    private static async Task<HealthStatus> Status(Rig rig)
    {
        var report = await rig.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name == "storage");
        return Assert.Single(report.Entries).Value.Status;
    }

    private static async Task Becomes(Rig rig, HealthStatus status) =>
        await Until.Seen(() => Status(rig), now => now == status, $"a storage that is {status}");

    private static SqliteStore Sqlite(Rig rig) => (SqliteStore)rig.Store;

    /// <summary>New connections are told, and there are none but new ones.</summary>
    private static async Task Switch(string database, string readOnly) => await Run(database, $"""
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {readOnly}', current_database()); END $$;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
        """);

    private static void Run(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(
            database + ";Pooling=false;Options=-c default_transaction_read_only=off");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
