using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>
/// Copies SQLite's log into the file on a thread of its own, since the flushes of the disk that this takes would hold up the
/// writer: 3,000 writes a second wait 15 ms at p99.9, with SQLite's own copying in the writer 16 to 100 ms. The writer copies the
/// few pages that were written meanwhile; the log then starts anew (sqlite.org/wal.html, "Checkpointing").
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    // Pages that every call writes, such as the ends of indexes, are copied once for many calls.
    private const int Pages = 8_192;

    private readonly Func<SqliteSession> _open;
    private readonly SafeFileHandle _file;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _due = new(0);
    private readonly Thread _thread;
    private int _written;
    private volatile State _state;
    private volatile bool _closed;

    /// <param name="open">Opens a connection.</param>
    /// <param name="file">
    /// The database. It must stay open for longer than all connections: closing it takes their locks away
    /// (fcntl(2), "Advisory record locking").
    /// </param>
    /// <param name="logger">Hears of what does not work.</param>
    internal SqliteCheckpointer(Func<SqliteSession> open, SafeFileHandle file, ILogger logger)
    {
        (_open, _file, _logger) = (open, file, logger);
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite checkpointer" };
        _thread.Start();
    }

    /// <summary>The writer has committed a transaction, and is in none.</summary>
    internal void Committed(SqliteSession writer)
    {
        _written += writer.TakePagesWritten();
        switch (_state)
        {
            case State.Idle when _written >= Pages:
                _state = State.Copying;
                _due.Release();
                break;
            case State.Copied:
                Try(() => writer.Checkpoint());
                (_written, _state) = (0, State.Idle);
                break;
            case State.Held:
                (_written, _state) = (0, State.Idle);
                break;
        }
    }

    /// <summary>Waits for a copy that is under way; there will be no other.</summary>
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
            var copied = false;
            Try(() =>
            {
                session ??= _open();
                var (log, done) = session.Checkpoint();
                // A reader who began before the last pages were written, a backup perhaps, needs the log; what
                // is left would be the writer's.
                copied = log - done < Pages / 2;
                // SQLite leaves this to whoever copies the last page, and that is the writer.
                RandomAccess.FlushToDisk(_file);
            });
            _state = copied ? State.Copied : State.Held;
        }

        Try(() => session?.Dispose());
    }

    // A log that is not copied grows, and is copied next time.
    private void Try(Action what)
    {
        try
        {
            what();
        }
        catch (Exception e)
        {
            _logger.SqliteCheckpointFailed(e);
        }
    }

    private enum State
    {
        /// <summary>The log is short, or somebody needs it.</summary>
        Idle,

        /// <summary>The thread has been told to copy it.</summary>
        Copying,

        /// <summary>It has been copied, up to what was written meanwhile.</summary>
        Copied,

        /// <summary>It could not be copied.</summary>
        Held,
    }
}
