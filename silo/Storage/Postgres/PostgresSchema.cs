using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Brings a database to the schema of this version: all of it in one transaction, one process at a time, each script once.
/// Nothing is ever dropped.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>One script for each version, never changed once it has been released.</summary>
    private static readonly string[] Scripts = ["1-first.sql", "2-cluster.sql", "3-calls.sql"];

    /// <summary>Whom the advisory lock is for: "OCal".</summary>
    private const long LockKey = 0x4F43616C;

    /// <summary>Seconds for the lock and for each script: another start may be at it, on a large database.</summary>
    private const int LockPatience = 60;

    /// <summary>The schema of this version.</summary>
    internal static int Version => Scripts.Length;

    internal static async Task Apply(string connectionString, ILogger logger, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run($"SELECT pg_advisory_xact_lock({LockKey})");
        var version = 0;
        if (await Exists("orleanscalls_schema"))
        {
            var newest = await Run("SELECT coalesce(max(version), 0) FROM orleanscalls_schema");
            version = Convert.ToInt32(newest, CultureInfo.InvariantCulture);
        }
        else if (await Exists("orleansquery"))
        {
            throw StorageFault.Of("ConnectionStrings__Postgres: the database has Orleans tables that are not ours; " +
                "give this service a database, or a Search Path, of its own.");
        }
        else
        {
            await Run("CREATE TABLE orleanscalls_schema (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
        }

        if (version > Version)
        {
            throw StorageFault.Of($"ConnectionStrings__Postgres: the database has schema {version}, written by a later version; " +
                $"this one knows schemas up to {Version}.");
        }

        for (var next = version; next < Version; next++)
        {
            await Run(Resource.Text("postgres/" + Scripts[next]));
            await Run($"INSERT INTO orleanscalls_schema (version) VALUES ({next + 1})");
        }

        await transaction.CommitAsync(cancellation);
        logger.PostgresSchema(Version);

        async Task<bool> Exists(string table) => await Run($"SELECT to_regclass('{table}') IS NOT NULL") is true;

        async Task<object?> Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = LockPatience };
            return await command.ExecuteScalarAsync(cancellation);
        }
    }
}
