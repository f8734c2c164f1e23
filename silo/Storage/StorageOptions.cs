using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Storage;

/// <summary>Where state and history lie: section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>Folder of the SQLite file <c>calls.db</c>. Not used with PostgreSQL.</summary>
    public string Path { get; set; } = "data";

    /// <summary>
    /// How SQLite waits for the disk. <c>normal</c>: a killed process loses nothing, a machine that loses power may lose its last
    /// commits, the file stays whole. <c>full</c>: nothing that was answered is ever lost, for one flush of the disk with each
    /// group of writes.
    /// </summary>
    public string Synchronous { get; set; } = "normal";

    /// <summary>How long a start waits for PostgreSQL to answer; 0 to 3600 seconds.</summary>
    public int StartTimeoutSeconds { get; set; } = 60;

    internal string File => System.IO.Path.Combine(System.IO.Path.GetFullPath(Path), "calls.db");
}

/// <summary>How long ended calls are kept: section <c>History</c>.</summary>
public sealed class HistoryOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "History";

    /// <summary>Days after its end that a call stays in history; 1 to 3650.</summary>
    public int RetentionDays { get; set; } = 90;

    internal TimeSpan Retention => TimeSpan.FromDays(RetentionDays);
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="StorageOptions"/>.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(options.Path) || options.Path.Contains('\0', StringComparison.Ordinal))
            faults.Add("Storage__Path must name a folder.");
        if (options.Synchronous is not ("normal" or "full"))
            faults.Add($"Storage__Synchronous must be 'normal' or 'full', not '{options.Synchronous}'.");
        if (options.StartTimeoutSeconds is < 0 or > 3600)
            faults.Add($"Storage__StartTimeoutSeconds must be 0 to 3600, not {options.StartTimeoutSeconds}.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="HistoryOptions"/>.</summary>
internal sealed class HistoryOptionsValidator : IValidateOptions<HistoryOptions>
{
    public ValidateOptionsResult Validate(string? name, HistoryOptions options) =>
        options.RetentionDays is >= 1 and <= 3650
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"History__RetentionDays must be 1 to 3650, not {options.RetentionDays}.");
}
