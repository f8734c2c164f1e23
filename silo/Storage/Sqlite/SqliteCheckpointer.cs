using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>
/// Copies SQLite's log into the file on a thread of its own: the flushes of the disk that this takes would hold up the writer, and
/// everybody who waits for it, for a tenth of a second. What was written meanwhile, little, the writer copies itself; the log then
/// starts anew. See sqlite.org/wal.html, "Checkpointing".
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    // Pages that every call writes, such as the ends of indexes, are copied once for many calls.
    private const int Pages = 8_192;

    private readonly Func<SqliteSession> _open;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _due = new(0);
    private readonly Thread _thread;
    private int _written;
    private volatile State _state;
    private volatile bool _closed;

    internal SqliteCheckpointer(Func<SqliteSession> open, ILogger logger)
    {
        _open = open;
        _logger = logger;
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite checkpointer" };
        _thread.Start();
    }

    /// <summary>The writer has committed a transaction, and is in none.</summary>
    internal void Committed(SqliteSession writer)
    {
        _written += writer.TakePagesWritten();
        if (_state == State.Copied)
        {
            Copy(writer);
            _written = 0;
            _state = State.Idle;
        }
        else if (_state == State.Idle && _written >= Pages)
        {
            _state = State.Copying;
            _due.Release();
        }
    }

    /// <summary>Waits for a copy that is under way.</summary>
    public void Dispose()
    {
        _closed = true;
        _due.Release();
        _thread.Join();
        _due.Dispose();
    }

    private void Loop()
    {
        SqliteSession? session = null;
        while (true)
        {
            _due.Wait();
            if (_closed)
                break;
            try
            {
                session ??= _open();
                Copy(session);
            }
            catch (SqliteException e)
            {
                _logger.SqliteCheckpointFailed(e);
            }

            _state = State.Copied;
        }

        session?.Dispose();
    }

    // One that fails leaves the log as it is: longer, and copied next time.
    private void Copy(SqliteSession session)
    {
        try
        {
            session.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException e)
        {
            _logger.SqliteCheckpointFailed(e);
        }
    }

    private enum State
    {
        /// <summary>The log is short.</summary>
        Idle,

        /// <summary>The thread has been told to copy it.</summary>
        Copying,

        /// <summary>It has been copied, up to what was written meanwhile.</summary>
        Copied,
    }
}
