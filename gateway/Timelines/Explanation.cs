namespace OrleansCalls.Gateway.Timelines;

/// <summary>What something in a timeline means, for an operator.</summary>
/// <param name="Sentence">What happened.</param>
/// <param name="Remedy">What to do about it; null for a line that is as it should be.</param>
public sealed record Explanation(string Sentence, string? Remedy = null);
