namespace OrleansCalls.Tool.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Check">Which check.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Remedy">What to do; null where there is nothing to do.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Sentence, string? Remedy = null)
{
    /// <summary>How long its check took until then.</summary>
    internal TimeSpan Took { get; init; }
}

/// <summary>How bad a finding is.</summary>
internal enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not asked for by the settings, or not to be found out from here.</summary>
    Skipped,

    /// <summary>Works, and somebody should look at it.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}

/// <summary>Where a check puts what it finds.</summary>
internal sealed class Findings(string check, Action<Finding> found)
{
    internal void Ok(string sentence) => found(new Finding(check, FindingLevel.Ok, sentence));

    internal void Skipped(string sentence, string? remedy = null) => found(new Finding(check, FindingLevel.Skipped, sentence, remedy));

    internal void Warning(string sentence, string remedy) => found(new Finding(check, FindingLevel.Warning, sentence, remedy));

    internal void Error(string sentence, string remedy) => found(new Finding(check, FindingLevel.Error, sentence, remedy));
}
