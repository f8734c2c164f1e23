using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// Log lines of the storage: 5000-5099 both, 5100-5199 SQLite, 5200-5299 PostgreSQL. A number is never given another meaning.
/// </summary>
internal static partial class StorageLog
{
    [LoggerMessage(5000, LogLevel.Information, "Calls, reminders and history are kept in {Store}", EventName = "StorageOpened")]
    internal static partial void StorageOpened(this ILogger logger, string store);

    [LoggerMessage(
        5001, LogLevel.Information,
        "Purged {Calls} ended calls, {Sessions} records of history and {Users} users who never signed in", EventName = "Purged")]
    internal static partial void Purged(this ILogger logger, int calls, int sessions, int users);

    [LoggerMessage(5002, LogLevel.Warning, "The purge failed and will be tried again in {Interval}", EventName = "PurgeFailed")]
    internal static partial void PurgeFailed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(5003, LogLevel.Warning,
        "The database has schema {Version} of a later version; that one lets this one, of schema {Own}, run beside it",
        EventName = "NewerSchema")]
    internal static partial void NewerSchema(this ILogger logger, int version, int own);

    [LoggerMessage(5100, LogLevel.Error, "{Count} writes failed", EventName = "SqliteWritesFailed")]
    internal static partial void SqliteWritesFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(
        5101, LogLevel.Warning, "The SQLite connection is given up and will be opened again", EventName = "SqliteReopening")]
    internal static partial void SqliteReopening(this ILogger logger, Exception exception);

    [LoggerMessage(5102, LogLevel.Warning, "The SQLite file could not be closed in order", EventName = "SqliteCloseFailed")]
    internal static partial void SqliteCloseFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        5103, LogLevel.Warning, "SQLite's log could not be copied into the file; it grows until it can",
        EventName = "SqliteCheckpointFailed")]
    internal static partial void SqliteCheckpointFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        5200, LogLevel.Warning,
        "ConnectionStrings__Postgres: {Database} does not answer yet ({Reason}); waiting {Seconds} s more",
        EventName = "PostgresWaiting")]
    internal static partial void PostgresWaiting(this ILogger logger, string database, string reason, int seconds);

    [LoggerMessage(5201, LogLevel.Information, "The PostgreSQL schema is at version {Version}", EventName = "PostgresSchema")]
    internal static partial void PostgresSchema(this ILogger logger, int version);

    [LoggerMessage(5202, LogLevel.Error, "{Count} reads or writes of calls failed", EventName = "PostgresRequestsFailed")]
    internal static partial void PostgresRequestsFailed(this ILogger logger, Exception exception, int count);
}
