using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>A misspelt setting stops the program, so what stands here is checked against the documents.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public void EverySetting_IsDocumented()
    {
        var documented = Repository.Read("docs/settings.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Setting().Matches(line.Split('|')[1]).Select(match => match.Value))
            .ToHashSet();
        var used = Repository.Files("docker")
            .SelectMany(file => Setting().Matches(Repository.Read(file)).Select(match => (Setting: match.Value, File: file)))
            .ToList();
        Assert.Contains(used, use => use.Setting == "ConnectionStrings__Postgres");
        Assert.Empty(used.Where(use => !documented.Contains(use.Setting)).Distinct());
    }

    [GeneratedRegex(@"\b[A-Z][A-Za-z0-9]*(?:__[A-Za-z0-9]+)+\b")]
    private static partial Regex Setting();
}
