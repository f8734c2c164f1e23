using System.Globalization;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>Migrates a file to the schema of this version, and rejects a file of another program or a later version.</summary>
internal static class SqliteSchema
{
    private static readonly SchemaStep[] Steps =
        [
            new("1-first.sql", 1), new("2-open-calls.sql", 2), new("3-fewer-pages.sql", 2), new("4-find.sql", 2),
            new("5-quality.sql", 2),
        ];

    /// <summary>Identifies the service's files (PRAGMA application_id): "OCal".</summary>
    private const int ApplicationId = 0x4F43616C;

    /// <summary>
    /// PRAGMA user_version holds two numbers: the version, and in the upper half the oldest compatible one (0: only itself).
    /// </summary>
    private const int Half = 16;

    /// <summary>The schema of this version.</summary>
    internal static int Version => Steps.Length;

    /// <exception cref="SettingException">The file is another program's, or of a later version.</exception>
    internal static void Apply(SqliteSession session, string file, ILogger logger)
    {
        var owner = Number(session, "PRAGMA application_id");
        var marked = (int)Number(session, "PRAGMA user_version");
        var version = marked & ((1 << Half) - 1);
        var tables = Number(session, "SELECT count(*) FROM sqlite_master");
        if (owner != ApplicationId && (owner != 0 || version != 0 || tables != 0))
            throw new SettingException($"Storage__Path: '{file}' is the database of another program.");
        if (version > Version)
        {
            var compatibleFrom = marked >> Half is > 0 and var from ? from : version;
            if (SchemaStep.Refusal(Version, version, compatibleFrom) is { } refusal)
                throw new SettingException($"Storage__Path: '{file}' {refusal}");
            logger.NewerSchema(version, Version);
        }

        // In WAL mode readers and the writer do not block each other, and a commit need not wait for the disk.
        var mode = session.Scalar("PRAGMA journal_mode = WAL") as string;
        if (!string.Equals(mode, "wal", StringComparison.OrdinalIgnoreCase))
            throw new SettingException(
                $"Storage__Path: the file system of '{file}' has no shared memory, which SQLite needs for its WAL.");
        for (var next = version; next < Version; next++)
        {
            session.Begin();
            session.Execute(Resource.Text("sqlite/" + Steps[next].Script));
            session.Execute($"PRAGMA application_id = {ApplicationId}");
            session.Execute($"PRAGMA user_version = {Mark(next + 1, Steps[next].CompatibleFrom)}");
            session.Commit();
        }
    }

    /// <summary>Returns the value of PRAGMA user_version for a version.</summary>
    internal static int Mark(int version, int compatibleFrom) =>
        compatibleFrom == version ? version : (compatibleFrom << Half) | version;

    private static long Number(SqliteSession session, string sql) =>
        Convert.ToInt64(session.Scalar(sql), CultureInfo.InvariantCulture);
}
