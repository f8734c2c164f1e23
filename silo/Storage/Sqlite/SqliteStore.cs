using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>
/// The SQLite database, used by one process at a time: one file in WAL mode, one writer, and readers on separate connections that
/// never wait for it.
/// </summary>
internal sealed class SqliteStore(StorageOptions options, ILogger<SqliteStore> logger) : IStore, IAsyncDisposable
{
    /// <summary>The size of the readers' pool; connections above it are closed after use.</summary>
    private const int KeptReaders = 8;

    // Rows that one write scans, and writes per purge: some milliseconds each.
    private const int UserStep = 1_000;
    private const int UserSteps = 20;

    // The operating systems' error numbers for a lock held by another process, as .NET returns them.
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private FileStream? _lock;
    private SafeFileHandle? _file;
    private SqliteWriter? _writer;
    private volatile bool _closed;
    private long _usersSeen;

    public string Description => $"SQLite, {options.File}";

    /// <summary>Committed transactions since the start.</summary>
    internal long Transactions => _writer?.Transactions ?? 0;

    private string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = options.File,
        Pooling = false, // the sessions here are the pool, and keep their statements prepared
        DefaultTimeout = 5, // seconds that a statement waits for a lock of another process
    }.ToString();

    public Task Open(CancellationToken cancellation)
    {
        var file = options.File;
        try
        {
            CreateFolder(Path.GetDirectoryName(file)!);
            _lock = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new SettingException($"Storage__Path '{options.Path}' is in use by another process ({StorageFault.Words(e)}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingException(
                $"Storage__Path '{options.Path}' is no folder that can be written to: {StorageFault.Words(e)}.");
        }

        try
        {
            using var session = Session();
            // Reads about 400 MB/s. A corruption would otherwise fail a reader later, or be overwritten.
            if (session.Scalar("PRAGMA quick_check(1)") is string fault and not "ok")
                throw new SettingException(
                    $"Storage__Path: the database '{file}' is damaged ({fault.ReplaceLineEndings(" ")}). Put a backup in its place.");
            SqliteSchema.Apply(session, file, logger);
        }
        catch (Exception e)
        {
            _lock.Dispose();
            if (e is SqliteException)
                throw new SettingException($"Storage__Path: the database '{file}' cannot be used: {StorageFault.Words(e)}.");
            throw;
        }

        _file = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _writer = new SqliteWriter(Session, _file, logger);
        return Task.CompletedTask;
    }

    public async Task Close()
    {
        if (_closed || _writer is null)
            return;
        _closed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        await _writer.Close();
        _writer.Dispose();
        _file!.Dispose();
        await _lock!.DisposeAsync();
    }

    /// <summary>Covers a host that failed to start and so never stops in order.</summary>
    public async ValueTask DisposeAsync() => await Close();

    public Task Probe() => Write(session => session.Run(
        """
        INSERT INTO grain_state (storage, name, grain, version, modified, payload) VALUES ('health', 'probe', '', 1, 0, x'')
        ON CONFLICT (storage, name, grain) DO UPDATE SET version = version + 1
        """));

    /// <summary>Runs <paramref name="work"/> in the writer's next transaction; see <see cref="SqliteWriter.Write"/>.</summary>
    internal Task<T> Write<T>(Func<SqliteSession, T> work) =>
        (_writer ?? throw new StorageUnavailableException("The SQLite file is not open yet.")).Write(work);

    /// <summary>
    /// Reads on the calling thread: a row is found in the page cache within microseconds, less than a thread switch takes.
    /// </summary>
    internal T Read<T>(Func<SqliteSession, T> work)
    {
        if (_writer is null || _closed)
            throw new StorageUnavailableException("The SQLite file is not open.");
        if (!_readers.TryTake(out var session))
            session = Session();
        try
        {
            var result = work(session);
            Return(session);
            return result;
        }
        catch
        {
            session.Dispose(); // in an unknown state
            throw;
        }
    }

    /// <summary>Reads on another thread, for statements that may take longer.</summary>
    internal Task<T> ReadAside<T>(Func<SqliteSession, T> work, CancellationToken cancellation = default) =>
        Task.Run(() => Read(work), cancellation);

    // INDEXED BY, since SQLite's own plan scans all calls by id and blocks every write meanwhile.
    public Task<int> PurgeCalls(DateTimeOffset before, int limit, CancellationToken cancellation) => Write(session =>
    {
        var purged = Purge(
            "grain_state_calls_by_creation", "created > 0 AND created < $1 AND modified < $1 ORDER BY created", limit);
        return purged == limit
            ? purged
            : purged
                + Purge("grain_state_calls_by_last_write", "created = 0 AND modified < $1 ORDER BY modified", limit - purged);

        int Purge(string index, string which, int most) => session.Run(
            $"""
            DELETE FROM grain_state WHERE rowid IN (
                SELECT rowid FROM grain_state INDEXED BY {index} WHERE storage = 'calls' AND {which} LIMIT $2)
            """,
            before.ToUnixTimeMilliseconds(), most);
    });

    public Task<int> PurgeHistory(DateTimeOffset before, int limit, CancellationToken cancellation) => Write(session =>
    {
        const string due = "SELECT call_id FROM call_sessions WHERE ended_at < $1 ORDER BY ended_at, call_id LIMIT $2";
        session.Run($"DELETE FROM call_participants WHERE call_id IN ({due})", before.ToUnixTimeMilliseconds(), limit);
        return session.Run($"DELETE FROM call_sessions WHERE call_id IN ({due})", before.ToUnixTimeMilliseconds(), limit);
    });

    public async Task<int> PurgeUnknownUsers(DateTimeOffset before, CancellationToken cancellation)
    {
        var purged = 0;
        for (var step = 0; step < UserSteps; step++)
        {
            var started = Stopwatch.GetTimestamp();
            var (last, deleted) = await Write(session => PurgeUnknownUsers(session, before, _usersSeen));
            purged += deleted;
            // The end is reached: the next purge starts over.
            _usersSeen = last ?? 0;
            if (last is null)
                break;
            await Task.Delay(Pace.First.After(Stopwatch.GetElapsedTime(started)).Pause, TimeProvider.System, cancellation);
        }

        return purged;
    }

    private static (long? Last, int Deleted) PurgeUnknownUsers(SqliteSession session, DateTimeOffset before, long after)
    {
        long? last;
        using (var reader = session.Prepared(
            "SELECT max(rowid) FROM (SELECT rowid FROM grain_state WHERE rowid > $1 ORDER BY rowid LIMIT $2)", after,
            UserStep).ExecuteReader())
            last = reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
        return last is null ? (null, 0) : (last, session.Run(
            """
            DELETE FROM grain_state WHERE rowid > $1 AND rowid <= $2 AND storage = 'users' AND name = 'user' AND modified < $3
                AND json_array_length(CAST(payload AS TEXT), '$.tokens') = 0 AND json_array_length(CAST(payload AS TEXT), '$.settings.blocked') = 0
                AND NOT json_extract(CAST(payload AS TEXT), '$.settings.doNotDisturb') AND NOT json_extract(CAST(payload AS TEXT), '$.settings.callWaiting')
                AND json_extract(CAST(payload AS TEXT), '$.ackedUpTo') IS NULL AND json_extract(CAST(payload AS TEXT), '$.lastSeen') IS NULL
            """,
            after, last.Value, before.ToUnixTimeMilliseconds()));
    }

    /// <summary>
    /// Creates the folder with access for the owner only, since the file holds push tokens. An existing folder is left unchanged.
    /// </summary>
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private SqliteSession Session() => new(ConnectionString, options.Synchronous);

    private void Return(SqliteSession session)
    {
        if (_closed || _readers.Count >= KeptReaders)
            session.Dispose();
        else
            _readers.Add(session);
    }
}
