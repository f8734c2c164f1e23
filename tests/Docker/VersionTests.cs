using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>The version stands in <c>Directory.Build.props</c>; where a tool cannot read it there, it must be the same.</summary>
public sealed partial class VersionTests
{
    private static readonly string Version = Property().Match(Repository.Read("Directory.Build.props")).Groups[1].Value;

    [Fact]
    public void Npm_AndImages_AndManifests_HaveTheVersion()
    {
        Assert.Equal(Version, (string?)JsonNode.Parse(Repository.Read("clients/typescript/package.json"))!["version"]);
        var locked = JsonNode.Parse(Repository.Read("clients/typescript/package-lock.json"))!;
        Assert.Equal(Version, (string?)locked["version"]);
        Assert.Equal(Version, (string?)locked["packages"]![""]!["version"]);
        foreach (var image in new[] { "silo", "gateway" })
        {
            var dockerfile = Repository.Read($"docker/{image}.Dockerfile");
            Assert.Contains($"-t orleanscalls-{image}:{Version} .", dockerfile, StringComparison.Ordinal);
            var final = dockerfile[dockerfile.LastIndexOf("FROM ", StringComparison.Ordinal)..];
            Assert.Contains($"\nARG VERSION={Version}\n", final, StringComparison.Ordinal);
            Assert.Contains("org.opencontainers.image.version=\"$VERSION\"", final, StringComparison.Ordinal);
        }

        var chart = Tag().Matches(Repository.Read("docker/kubernetes/Chart.yaml"));
        Assert.Equal(2, chart.Count);
        Assert.All(chart, tag => Assert.Equal(Version, tag.Groups[1].Value));
    }

    [Fact]
    public void NoProject_HasAVersionOfItsOwn() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(
                file => !file.Contains(
                    $"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
        file => Regex.IsMatch(File.ReadAllText(file), "<(Package|Assembly|File|Informational)?Version(Prefix|Suffix)?>"));

    [Fact]
    public void Changelog_BeginsWithTheVersion() =>
        Assert.Equal(Version, Heading().Match(Repository.Read("CHANGELOG.md")).Groups[1].Value);

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex Property();

    [GeneratedRegex("^(?:version|appVersion): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Tag();

    [GeneratedRegex("^## ([^\\s]+)", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
