using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// Log messages of the storage: 5000-5099 both databases, 5100-5199 SQLite, 5200-5299 PostgreSQL. An id is never reused for
/// another message.
/// </summary>
internal static partial class StorageLog
{
    [LoggerMessage(5000, LogLevel.Information, "Storage opened: {Store}", EventName = "StorageOpened")]
    internal static partial void StorageOpened(this ILogger logger, string store);

    [LoggerMessage(
        5001, LogLevel.Information,
        "Purged {Calls} ended calls, {Sessions} history records and {Users} users who never signed in", EventName = "Purged")]
    internal static partial void Purged(this ILogger logger, int calls, int sessions, int users);

    [LoggerMessage(5002, LogLevel.Warning, "Purge failed; next attempt in {Interval}", EventName = "PurgeFailed")]
    internal static partial void PurgeFailed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(5003, LogLevel.Warning,
        "Database schema {Version} is newer than this version's, {Own}, and compatible with it",
        EventName = "NewerSchema")]
    internal static partial void NewerSchema(this ILogger logger, int version, int own);

    [LoggerMessage(5100, LogLevel.Error, "{Count} writes failed", EventName = "SqliteWritesFailed")]
    internal static partial void SqliteWritesFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(
        5101, LogLevel.Warning, "SQLite connection closed after an error; reopening", EventName = "SqliteReopening")]
    internal static partial void SqliteReopening(this ILogger logger, Exception exception);

    [LoggerMessage(5102, LogLevel.Warning, "SQLite file could not be closed cleanly", EventName = "SqliteCloseFailed")]
    internal static partial void SqliteCloseFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        5103, LogLevel.Warning, "SQLite checkpoint failed; the write-ahead log grows until one succeeds",
        EventName = "SqliteCheckpointFailed")]
    internal static partial void SqliteCheckpointFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        5200, LogLevel.Warning,
        "ConnectionStrings__Postgres: {Database} does not answer yet ({Reason}); retrying for {Seconds} s",
        EventName = "PostgresWaiting")]
    internal static partial void PostgresWaiting(this ILogger logger, string database, string reason, int seconds);

    [LoggerMessage(5201, LogLevel.Information, "PostgreSQL schema at version {Version}", EventName = "PostgresSchema")]
    internal static partial void PostgresSchema(this ILogger logger, int version);

    [LoggerMessage(5202, LogLevel.Error, "{Count} reads or writes of calls failed", EventName = "PostgresRequestsFailed")]
    internal static partial void PostgresRequestsFailed(this ILogger logger, Exception exception, int count);
}
