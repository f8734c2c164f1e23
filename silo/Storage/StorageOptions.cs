namespace OrleansCalls.Silo.Storage;

/// <summary>Where state and history are stored: section <c>Storage</c>.</summary>
public sealed record StorageOptions
{
    /// <summary>Folder of the SQLite file <c>calls.db</c>. Not used with PostgreSQL.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// SQLite's durability. With <c>normal</c> a killed process loses nothing; a machine that loses power may lose its last
    /// commits, but the file stays consistent. With <c>full</c> nothing acknowledged is ever lost, at the cost of one disk flush
    /// per group of writes.
    /// </summary>
    public required string Synchronous { get; init; }

    /// <summary>How long a start waits for PostgreSQL to respond; up to an hour.</summary>
    public required TimeSpan StartTimeout { get; init; }

    internal string File => FileIn(Path);

    internal static string FileIn(string folder) => System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), "calls.db");

    internal static StorageOptions Read(SettingsReader settings)
    {
        // An empty variable is an error: the default folder would silently separate the calls from their earlier state.
        if (settings.IsBlank("Storage__Path"))
            settings.Wrong("Storage__Path", "must name a folder");
        return new StorageOptions
        {
            Path = settings.Text("Storage__Path") ?? "data",
            Synchronous = settings.Word("Storage__Synchronous", "normal", "full"),
            StartTimeout = settings.Time("Storage__StartTimeoutSeconds", 60, 0, 3_600),
        };
    }
}

/// <summary>How long ended calls are kept: section <c>History</c>.</summary>
public sealed record HistoryOptions
{
    /// <summary>How long after its end a call stays in history; 1 to 3650 days.</summary>
    public required TimeSpan Retention { get; init; }

    internal static HistoryOptions Read(SettingsReader settings) =>
        new() { Retention = settings.Time("History__RetentionDays", 90, 1, 3_650) };
}
