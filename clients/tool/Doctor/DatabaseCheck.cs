using System.Globalization;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Silo.Storage.Sqlite;

namespace OrleansCalls.Tool.Doctor;

/// <summary>The database: reachable, of a supported version, with a compatible schema, and accessible to this user.</summary>
internal static class DatabaseCheck
{
    // The oldest version that is still maintained.
    private const int OldestServer = 140000;
    private const string Setting = "ConnectionStrings__Postgres";

    internal static Task Run(
        CheckContext context, Findings findings, CancellationToken cancellation) => context.Postgres is { } text
        ? Postgres(text, findings, cancellation)
        : Sqlite(context, findings);

    /// <summary>Opens a connection; returns null, and adds a finding, on failure.</summary>
    internal static async Task<NpgsqlConnection?> Open(string text, Findings? findings, CancellationToken cancellation)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(PostgresConnection.WithDefaults(text)) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or SettingException or SocketException or TimeoutException)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            var (sentence, remedy) = Failed(e, text);
            findings?.Error(sentence, remedy);
            return null;
        }
    }

    private static (string Sentence, string Remedy) Failed(Exception exception, string text) => exception switch
    {
        SettingException wrong => (wrong.Message, "docs/settings.md has an example."),
        PostgresException { SqlState: "28P01" or "28000" } e => (
            $"{Where(text)} does not let this user in: {Output.Clean(e.MessageText)}.",
            $"Mend Username and Password in {Setting}, or pg_hba.conf."),
        PostgresException { SqlState: "3D000" } => (
            $"{Where(text)} has no such database.", $"Make it (createdb), or name another in {Setting}."),
        PostgresException { SqlState: "53300" } => (
            $"{Where(text)} has no connection left.", "Raise max_connections, or lower Maximum Pool Size of each process."),
        PostgresException e => (
            $"{Where(text)} refuses: {Output.Clean(e.MessageText)} ({e.SqlState}).", "The server's log says more."),
        _ => ($"{Where(text)} cannot be reached: {Output.Clean(exception.GetBaseException().Message).TrimEnd('.')}.",
            $"Start it, or mend Host and Port in {Setting}, listen_addresses, or the firewall in between."),
    };

    private static string Where(string text) => PostgresConnection.Describe(PostgresConnection.WithDefaults(text));

    private static async Task Postgres(string text, Findings findings, CancellationToken cancellation)
    {
        await using var connection = await Open(text, findings, cancellation);
        if (connection is null)
            return;
        var version = int.Parse((string)(await Ask("SHOW server_version_num"))!, CultureInfo.InvariantCulture);
        if (version < OldestServer)
        {
            findings.Error(
                $"{Where(text)} is version {version / 10000}.",
                $"Take PostgreSQL {OldestServer / 10000} or newer: its makers mend no older one.");
        }

        if (await Ask("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean") is true)
        {
            findings.Error(
                $"{Where(text)} takes no writes: it is a replica, or read-only.",
                "Name the primary; with several hosts, Target Session Attributes=primary.");
        }

        var has = await Ask("SELECT to_regclass('orleanscalls_schema') IS NOT NULL") is true;
        var schema = has ? Convert.ToInt32(
            await Ask("SELECT coalesce(max(version), 0) FROM orleanscalls_schema"), CultureInfo.InvariantCulture) : 0;
        if (schema < PostgresSchema.Version && await Ask("SELECT has_schema_privilege(current_schema(), 'CREATE')") is not true)
        {
            findings.Error(
                $"{Where(text)} has schema {schema}, version {PostgresSchema.Version} is needed, and this user may not make tables.",
                "GRANT CREATE ON SCHEMA public (or that of Search Path) to the user; the first silo makes the tables.");
        }
        else if (schema < PostgresSchema.Version)
        {
            findings.Warning(
                $"{Where(text)} has schema {schema}; version {PostgresSchema.Version} is needed.",
                "Nothing to do: the next silo that starts brings it there.");
        }
        else if (schema > PostgresSchema.Version)
        {
            findings.Warning(
                $"{Where(text)} has schema {schema}, of a later version than this tool's {PostgresSchema.Version}.",
                "Use the tool of the version that runs.");
        }

        if (await Ask("""
            SELECT string_agg(tablename, ', ') FROM pg_tables, format('%I.%I', schemaname, tablename) AS name
            WHERE schemaname = current_schema() AND NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')
                AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))
            """) is string closed)
        {
            findings.Error(
                $"This user may not read and write {closed}.",
                "GRANT SELECT, INSERT, UPDATE, DELETE on them, or let the user own them.");
        }

        if (schema == PostgresSchema.Version)
            findings.Ok($"{Where(text)}, version {version / 10000}.{version % 10000}, schema {schema}, answers.");

        async Task<object?> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(cancellation) is var answer and not DBNull ? answer : null;
        }
    }

    private static async Task Sqlite(CheckContext context, Findings findings)
    {
        var folder = Path.GetFullPath(context.Settings.Configuration["Storage:Path"] is { Length: > 0 } path ? path : Serve.Data);
        var file = StorageOptions.FileIn(folder);
        try
        {
            // Created by the service at its first start.
            var existing = folder;
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
                existing = parent;
            var probe = Path.Combine(existing, $".orleanscalls-doctor-{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Error(
                $"{folder} cannot be written to: {Output.Clean(e.Message)}",
                "Give the service's user the folder, or name another by Storage__Path.");
            return;
        }

        if (!File.Exists(file))
        {
            findings.Ok($"SQLite, {file}: not there yet, the first start makes it. One process only; a cluster needs {Setting}.");
            return;
        }

        try
        {
            await using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
                }.ConnectionString);
            connection.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version";
            var schema = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture) & 0xFFFF;
            if (schema > SqliteSchema.Version)
            {
                findings.Warning(
                    $"SQLite, {file} has schema {schema}, of a later version than this tool's {SqliteSchema.Version}.",
                    "Use the tool of the version that runs.");
            }
            else
            {
                findings.Ok($"SQLite, {file}, schema {schema}, can be read. One process only; a cluster needs {Setting}.");
            }
        }
        catch (SqliteException e)
        {
            findings.Error(
                $"SQLite, {file} cannot be read: {Output.Clean(e.Message)}",
                "If it is damaged, put the last backup in its place.");
        }
    }
}
