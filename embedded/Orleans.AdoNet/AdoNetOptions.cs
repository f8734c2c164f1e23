using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Grain state in a relational database.</summary>
public class AdoNetGrainStorageOptions
{
    /// <summary>The ADO.NET provider; only <c>Npgsql</c> here.</summary>
    public string Invariant { get; set; } = "";

    /// <summary>Where the database is.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>How state becomes bytes.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    /// <summary>Whether clearing deletes the row. This stand-in knows only that.</summary>
    public bool DeleteStateOnClear { get; set; }
}

/// <summary>Reminders in a relational database.</summary>
public class AdoNetReminderTableOptions
{
    /// <summary>The ADO.NET provider; only <c>Npgsql</c> here.</summary>
    public string Invariant { get; set; } = "";

    /// <summary>Where the database is.</summary>
    public string? ConnectionString { get; set; }
}
