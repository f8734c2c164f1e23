using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>One open connection with its prepared statements. Not thread-safe.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE
    private const int Passive = 0; // SQLITE_CHECKPOINT_PASSIVE

    private const int CacheKilobytes = 16_384;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    internal SqliteSession(string connectionString, string synchronous)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            // ADO.NET's own timeout covers its own commands only.
            _ = raw.sqlite3_busy_timeout(_connection.Handle, _connection.DefaultTimeout * 1000);
            Execute($"PRAGMA synchronous = {synchronous}");
            Execute($"PRAGMA cache_size = -{CacheKilobytes}");
            Execute("PRAGMA wal_autocheckpoint = 0");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement without parameters, or a script of several.</summary>
    internal void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the first value of the first row; null when there is none.</summary>
    internal object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Returns a statement that stays prepared, with its parameters <c>$1</c>, <c>$2</c> and so on set.</summary>
    internal SqliteCommand Prepared(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>
    /// Runs a statement that stays prepared. Returns only the number of changed rows. Bypasses ADO.NET, whose commands cost as
    /// much as the statements themselves.
    /// </summary>
    internal int Run(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
            // SQLite numbers named parameters in the order of the text.
            var places = new int[values.Length];
            for (var i = 0; i < places.Length; i++)
                places[i] = raw.sqlite3_bind_parameter_index(prepared, $"${i + 1}");
            _statements.Add(sql, statement = new Statement(prepared, places));
        }

        try
        {
            for (var i = 0; i < values.Length; i++)
                Check(Bind(statement.Handle, statement.Places[i], values[i]));
            var before = raw.sqlite3_total_changes(_connection.Handle);
            int code;
            while ((code = raw.sqlite3_step(statement.Handle)) == raw.SQLITE_ROW)
            {
            }

            if (code != raw.SQLITE_DONE)
                Check(code);
            return raw.sqlite3_total_changes(_connection.Handle) - before;
        }
        finally
        {
            // The reset returns the step's error again.
            _ = raw.sqlite3_reset(statement.Handle);
        }
    }

    /// <summary>Returns the number of pages that this connection has written to the log since the last call.</summary>
    internal int TakePagesWritten()
    {
        _ = raw.sqlite3_db_status(_connection.Handle, PagesWritten, out var pages, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>Runs a passive checkpoint: copies as much of the log into the file as possible without waiting.</summary>
    /// <returns>The pages in the log, and how many of them are copied.</returns>
    internal (int Log, int Copied) Checkpoint()
    {
        Check(raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", Passive, out var log, out var copied));
        return (log, copied);
    }

    internal void Begin() => Run("BEGIN IMMEDIATE");

    internal void Commit() => Run("COMMIT");

    /// <summary>Ends a failed transaction; does nothing when SQLite has ended it already.</summary>
    internal void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            Run("ROLLBACK");
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int(statement, index, number),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new NotSupportedException($"SQLite is given a {value.GetType().Name}."),
    };

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection.Handle);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Handle.Dispose();
        foreach (var command in _prepared.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private readonly record struct Statement(sqlite3_stmt Handle, int[] Places);
}
