using System.Collections.Immutable;

namespace OrleansCalls.Silo.Settings;

/// <summary>What keeps a program from starting with its settings: one sentence for each fault, which names the setting.</summary>
/// <param name="sentences">The sentences; without secrets, since they go to standard error.</param>
public sealed class SettingException(params IEnumerable<string> sentences) : Exception(string.Join(' ', sentences))
{
    /// <summary>One for each fault.</summary>
    public ImmutableArray<string> Sentences { get; } = [.. sentences];
}
