using System.Globalization;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>Brings a file to the schema of this version, and leaves alone what it does not know.</summary>
internal static class SqliteSchema
{
    /// <summary>One script for each version, never changed once it has been released.</summary>
    private static readonly string[] Scripts = ["1-first.sql", "2-open-calls.sql"];

    /// <summary>Marks a file as ours (PRAGMA application_id): "OCal".</summary>
    private const int ApplicationId = 0x4F43616C;

    /// <summary>The schema of this version.</summary>
    internal static int Version => Scripts.Length;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">It is another program's file, or a later version's.</exception>
    internal static void Apply(SqliteSession session, string file)
    {
        var owner = Number(session, "PRAGMA application_id");
        var version = Number(session, "PRAGMA user_version");
        var tables = Number(session, "SELECT count(*) FROM sqlite_master");
        if (owner != ApplicationId && (owner != 0 || version != 0 || tables != 0))
            throw StorageFault.Of($"Storage__Path: '{file}' is the database of another program.");
        if (version > Version)
        {
            throw StorageFault.Of(
                $"Storage__Path: '{file}' has schema {version}, written by a later version; this one knows schemas up to {Version}.");
        }

        // Readers and the writer do not wait for each other, and a commit need not wait for the disk.
        var mode = session.Scalar("PRAGMA journal_mode = WAL") as string;
        if (!string.Equals(mode, "wal", StringComparison.OrdinalIgnoreCase))
            throw StorageFault.Of($"Storage__Path: the file system of '{file}' has no shared memory, which SQLite needs for its WAL.");
        for (var next = (int)version; next < Version; next++)
        {
            session.Begin();
            session.Execute(Resource.Text("sqlite/" + Scripts[next]));
            session.Execute($"PRAGMA application_id = {ApplicationId}");
            session.Execute($"PRAGMA user_version = {next + 1}");
            session.Commit();
        }
    }

    private static long Number(SqliteSession session, string sql) => Convert.ToInt64(session.Scalar(sql), CultureInfo.InvariantCulture);
}
