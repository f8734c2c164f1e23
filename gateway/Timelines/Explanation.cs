namespace OrleansCalls.Gateway.Timelines;

/// <summary>Explains an entry of a timeline to an operator.</summary>
/// <param name="Sentence">What happened.</param>
/// <param name="Remedy">What to do about it; null for an entry without a problem.</param>
public sealed record Explanation(string Sentence, string? Remedy = null);
