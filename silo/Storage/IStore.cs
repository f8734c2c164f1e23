namespace OrleansCalls.Silo.Storage;

/// <summary>A database as the host sees it.</summary>
internal interface IStore
{
    /// <summary>What it is and where, for people; no secrets.</summary>
    string Description { get; }

    /// <summary>Opens it and brings its schema up to date, before any grain asks for anything.</summary>
    Task Open(CancellationToken cancellation);

    /// <summary>Writes out what is under way and closes it, after the last grain has gone.</summary>
    Task Close();

    /// <summary>Writes one row, the same each time, on the way that calls are written. Throws when it is not committed.</summary>
    Task Probe();

    /// <summary>
    /// Deletes at most <paramref name="limit"/> call states last written before <paramref name="before"/>; how many it deleted.
    /// </summary>
    Task<int> PurgeCalls(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> records of calls that ended before <paramref name="before"/>; how many it
    /// deleted.
    /// </summary>
    Task<int> PurgeHistory(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>
    /// Looks at the next part of all users and deletes those last written before <paramref name="before"/> of whom
    /// nothing is known but calls that they have missed: no token, no setting, nothing acknowledged. The whole table
    /// takes a day. How many it deleted.
    /// </summary>
    Task<int> PurgeUnknownUsers(DateTimeOffset before, CancellationToken cancellation);
}
