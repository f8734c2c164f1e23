using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>
/// The only writing thread. Writes that arrive during a commit form the next transaction and share its commit; a lone write is
/// committed immediately. If a group fails it is rolled back, and each of its writes is repeated alone.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Writes in one transaction. A larger group would gain little and delay its last write.</summary>
    private const int MaximumGroup = 256;

    /// <summary>Above this group size writes arrive faster than single commits could process them.</summary>
    private const int Overrun = 8;

    /// <summary>The capacity of the queue. A fuller queue would only delay the rejection: the disk is overloaded.</summary>
    private const int MaximumWaiting = 16_384;

    private readonly BlockingCollection<Work> _queue = new(MaximumWaiting);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<SqliteSession> _open;
    private readonly ILogger _logger;
    private readonly SqliteCheckpointer _checkpointer;
    private readonly Thread _thread;
    private SqliteSession? _session;
    private long _transactions;

    internal SqliteWriter(Func<SqliteSession> open, SafeFileHandle file, ILogger logger)
    {
        _open = open;
        _logger = logger;
        _checkpointer = new SqliteCheckpointer(open, file, logger);
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    /// <summary>Committed transactions.</summary>
    internal long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>
    /// Runs <paramref name="work"/> within a transaction; completes when it is committed. The work is repeated when its group
    /// fails, so it must only run statements.
    /// </summary>
    internal Task<T> Write<T>(Func<SqliteSession, T> work)
    {
        var item = new Work<T>(work);
        try
        {
            if (!_queue.TryAdd(item))
                throw new StorageUnavailableException("The SQLite file takes writes more slowly than they come.");
        }
        catch (InvalidOperationException)
        {
            throw new StorageUnavailableException("The SQLite file is closed.");
        }

        return item.Done;
    }

    /// <summary>Rejects new writes, completes the pending ones and closes the connection.</summary>
    internal Task Close()
    {
        _queue.CompleteAdding();
        return _ended.Task;
    }

    public void Dispose() => _queue.Dispose();

    private void Loop()
    {
        List<Work> group = [];
        var last = 0;
        while (_queue.TryTake(out var first, Timeout.Infinite))
        {
            group.Add(first);
            // Under overload other threads get the processor to enqueue their writes: one commit costs as much as twenty writes.
            // Otherwise the writer does not yield, since its next turn may be milliseconds away.
            if (last > Overrun)
                Thread.Yield();
            while (group.Count < MaximumGroup && _queue.TryTake(out var next))
                group.Add(next);
            Commit(group);
            last = group.Count;
            group.Clear();
        }

        Shut();
        _ended.SetResult();
    }

    private void Commit(List<Work> group)
    {
        try
        {
            Transact(group);
        }
        catch (Exception e)
        {
            Recover(e);
            if (group.Count == 1)
            {
                _logger.SqliteWritesFailed(e, 1);
                group[0].Fail(e);
                return;
            }

            foreach (var item in group)
                Commit([item]);
            return;
        }

        foreach (var item in group)
            item.Succeed();
        _checkpointer.Committed(_session!);
    }

    private void Transact(List<Work> group)
    {
        var session = _session ??= _open();
        session.Begin();
        foreach (var item in group)
            item.Run(session);
        session.Commit();
        Interlocked.Increment(ref _transactions);
    }

    /// <summary>Rolls back, or closes a broken connection, which the next write reopens.</summary>
    private void Recover(Exception cause)
    {
        try
        {
            _session?.Rollback();
            if (cause is not SqliteException { SqliteErrorCode: SqliteErrors.Io or SqliteErrors.Corrupt
                or SqliteErrors.NotADatabase })
                return;
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            cause = e;
        }

        _logger.SqliteReopening(cause);
        Drop();
    }

    private void Shut()
    {
        _checkpointer.Dispose();
        try
        {
            // Leaves one file to copy instead of three.
            _session?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException e)
        {
            _logger.SqliteCloseFailed(e);
        }

        Drop();
    }

    private void Drop()
    {
        try
        {
            _session?.Dispose();
        }
        catch (SqliteException e)
        {
            _logger.SqliteCloseFailed(e);
        }

        _session = null;
    }

    private abstract class Work
    {
        internal abstract void Run(SqliteSession session);

        internal abstract void Succeed();

        internal abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteSession, T> work) : Work
    {
        // Continuations run elsewhere: this thread has the next transaction to write.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        internal Task<T> Done => _done.Task;

        internal override void Run(SqliteSession session) => _result = work(session);

        internal override void Succeed() => _done.SetResult(_result);

        internal override void Fail(Exception exception) => _done.SetException(exception);
    }
}

/// <summary>SQLite's error codes.</summary>
internal static class SqliteErrors
{
    internal const int Io = 10;
    internal const int Corrupt = 11;
    internal const int CannotOpen = 14;
    internal const int NotADatabase = 26;
}
