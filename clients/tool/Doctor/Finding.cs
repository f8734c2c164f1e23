namespace OrleansCalls.Tool.Doctor;

/// <summary>A check's finding.</summary>
/// <param name="Check">The check.</param>
/// <param name="Level">The severity.</param>
/// <param name="Sentence">The finding.</param>
/// <param name="Remedy">The remedy; null if none is needed.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Sentence, string? Remedy = null)
{
    /// <summary>The duration of its check so far.</summary>
    internal TimeSpan Took { get; init; }
}

/// <summary>The severity of a finding.</summary>
internal enum FindingLevel
{
    /// <summary>Correct.</summary>
    Ok,

    /// <summary>Disabled by the settings, or not testable from here.</summary>
    Skipped,

    /// <summary>Works, but needs attention.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}

/// <summary>Collects the findings of a check.</summary>
internal sealed class Findings(string check, Action<Finding> found)
{
    internal void Ok(string sentence) => found(new Finding(check, FindingLevel.Ok, sentence));

    internal void Skipped(string sentence, string? remedy = null) =>
        found(new Finding(check, FindingLevel.Skipped, sentence, remedy));

    internal void Warning(string sentence, string remedy) => found(new Finding(check, FindingLevel.Warning, sentence, remedy));

    internal void Error(string sentence, string remedy) => found(new Finding(check, FindingLevel.Error, sentence, remedy));
}
