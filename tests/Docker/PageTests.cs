using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>What a page tells an operator to do, done as far as it can be without a machine of one's own.</summary>
public sealed class PageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Need("systemd-analyze")]
    public void Units_AreUnits()
    {
        var units = Repository.Files("docs/systemd").ToList();
        Assert.Equal(2, units.Count);
        foreach (var unit in units)
        {
            // The programs that it names are not here.
            var copy = Path.Combine(_folder, Path.GetFileName(unit).Replace("@", "", StringComparison.Ordinal));
            File.WriteAllText(
                copy, Regex.Replace(Repository.Read(unit), "^ExecStart=.*$", "ExecStart=/bin/true", RegexOptions.Multiline));
            var (code, text) = Tool.Run("systemd-analyze", [], "verify", "--man=no", copy);
            Assert.True(code == 0 && !text.Contains(Path.GetFileName(copy), StringComparison.Ordinal), text);
        }
    }

    [Theory]
    [InlineData("silo", "Silo__DrainSeconds")]
    [InlineData("gateway", "Gateway__DrainSeconds")]
    public void Units_StopLaterThanTheyDrain_AndStartWhatIsBuilt(string name, string setting)
    {
        var unit = Repository.Read($"docs/systemd/orleanscalls-{name}@.service");
        var drain = TimeSpan.Parse(
            Regex.Match(Repository.Read("docs/settings.md"), $@"`{setting}` \| \w \| `([\d:]+)`").Groups[1].Value).TotalSeconds;
        Assert.True(int.Parse(Regex.Match(unit, @"TimeoutStopSec=(\d+)").Groups[1].ValueSpan) > drain + 5);
        var assembly = Regex.Match(unit, @"OrleansCalls\.(\w+)\.dll").Groups[1].Value;
        Assert.True(File.Exists(Repository.Full($"{name}/OrleansCalls.{assembly}.csproj")));
    }

    [Need("haproxy")]
    public void Proxy_TakesTheFileThatThePageMakes()
    {
        var page = Repository.Read("docs/without-docker.md");
        var section = page[page.IndexOf("## The proxy", StringComparison.Ordinal)..];
        var commands = string.Join('\n',
            Regex.Matches(section[..section.IndexOf("\nTLS:", StringComparison.Ordinal)], "^    (.*)$", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value)).Replace("/etc/haproxy", _folder, StringComparison.Ordinal);
        var (code, text) = Tool.Run("bash", [], "-ec", $"cd '{Repository.Root}'\n{commands}");
        Assert.True(code == 0, text);
        Assert.DoesNotContain(
            "docker",
            File.ReadAllText(Path.Combine(_folder, "haproxy.cfg")).Replace("docker/README.md", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As it stands for compose, too.</summary>
    [Need("haproxy")]
    public void Proxy_TakesTheFileOfCompose()
    {
        // Names are looked up at the start; here nobody knows them.
        var file = Path.Combine(_folder, "haproxy.cfg");
        File.WriteAllText(
            file,
            Repository.Read("docker/haproxy/haproxy.cfg").Replace(
                "init-addr last,libc,none", "init-addr none", StringComparison.Ordinal));
        var (code, text) = Tool.Run("haproxy", [], "-c", "-f", file);
        Assert.True(code == 0, text);
    }
}
