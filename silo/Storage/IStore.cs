namespace OrleansCalls.Silo.Storage;

/// <summary>The host's interface to a database.</summary>
internal interface IStore
{
    /// <summary>The database and its location for logs, without secrets.</summary>
    string Description { get; }

    /// <summary>Opens the database and migrates its schema, before any grain uses it.</summary>
    Task Open(CancellationToken cancellation);

    /// <summary>Completes pending writes and closes the database, after the last grain is deactivated.</summary>
    Task Close();

    /// <summary>Writes one row, always the same, through the queue of calls' writes. Throws when it is not committed.</summary>
    Task Probe();

    /// <summary>
    /// Deletes at most <paramref name="limit"/> call states last written before <paramref name="before"/>. Returns their number.
    /// </summary>
    Task<int> PurgeCalls(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> history records of calls that ended before <paramref name="before"/>. Returns
    /// their number.
    /// </summary>
    Task<int> PurgeHistory(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>
    /// Scans the next part of all users; a full scan takes a day. Deletes those last written before <paramref name="before"/>
    /// with nothing but missed calls: no token, no setting, nothing acknowledged. Returns their number.
    /// </summary>
    Task<int> PurgeUnknownUsers(DateTimeOffset before, CancellationToken cancellation);
}
