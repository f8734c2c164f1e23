using System.Collections.Immutable;

namespace OrleansCalls.Silo.Settings;

/// <summary>Settings are wrong: one sentence for each, which names the setting.</summary>
/// <param name="sentences">The sentences, without secrets, since they are printed to standard error.</param>
public sealed class SettingException(params IEnumerable<string> sentences) : Exception(string.Join(' ', sentences))
{
    /// <summary>One sentence for each wrong setting.</summary>
    public ImmutableArray<string> Sentences { get; } = [.. sentences];
}
