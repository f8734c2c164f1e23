using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Migrates a database to the schema of this version, in one transaction, by one process at a time, each script once. Data may
/// move to another table, but none is lost.
/// </summary>
internal static class PostgresSchema
{
    private static readonly SchemaStep[] Steps =
        [new("1-first.sql", 1), new("2-cluster.sql", 2), new("3-calls.sql", 3), new("4-find.sql", 3), new("5-quality.sql", 3)];

    /// <summary>The key of the advisory lock: "OCal".</summary>
    private const long LockKey = 0x4F43616C;

    /// <summary>
    /// The timeout in seconds for the lock and for each statement: another silo may be migrating a large database.
    /// </summary>
    private const int LockPatience = 60;

    /// <summary>The schema of this version.</summary>
    internal static int Version => Steps.Length;

    internal static async Task Apply(string connectionString, ILogger logger, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run($"SELECT pg_advisory_xact_lock({LockKey})");
        var (version, compatibleFrom) = (0, 0);
        if (await Exists("orleanscalls_schema"))
        {
            version = await Number("SELECT coalesce(max(version), 0) FROM orleanscalls_schema");
            // As JSON, since databases of the first versions lack the column. A missing value means compatible with its own
            // version only.
            compatibleFrom = await Number($"""
                SELECT coalesce(max((to_jsonb(s) ->> 'compatible_from')::integer), {version}) FROM orleanscalls_schema s WHERE version = {version}
                """);
        }
        else if (await Exists("orleansquery"))
        {
            throw new SettingException("ConnectionStrings__Postgres: the database has Orleans tables that are not ours; " +
                "give this service a database, or a Search Path, of its own.");
        }
        else
        {
            await Run(
                "CREATE TABLE orleanscalls_schema (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
        }

        if (version > Version)
        {
            if (SchemaStep.Refusal(Version, version, compatibleFrom) is { } refusal)
                throw new SettingException("ConnectionStrings__Postgres: the database " + refusal);
            logger.NewerSchema(version, Version);
            return;
        }

        if (version < Version)
            await Run("ALTER TABLE orleanscalls_schema ADD COLUMN IF NOT EXISTS compatible_from integer");
        for (var next = version; next < Version; next++)
        {
            // No timeout: a step may move all rows of a large table.
            await Run(Resource.Text("postgres/" + Steps[next].Script), patience: 0);
            await Run(
                $"INSERT INTO orleanscalls_schema (version, compatible_from) VALUES ({next + 1}, {Steps[next].CompatibleFrom})");
        }

        await transaction.CommitAsync(cancellation);
        logger.PostgresSchema(Version);

        async Task<bool> Exists(string table) => await Run($"SELECT to_regclass('{table}') IS NOT NULL") is true;

        async Task<int> Number(string sql) => Convert.ToInt32(await Run(sql), CultureInfo.InvariantCulture);

        async Task<object?> Run(string sql, int patience = LockPatience)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = patience };
            return await command.ExecuteScalarAsync(cancellation);
        }
    }
}
