using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>The compose files, and what has to agree with them.</summary>
public sealed partial class ComposeTests
{
    private const string Cluster = "docker/compose.yaml";
    private const string Single = "docker/compose.single.yaml";

    [NeedCompose]
    [InlineData(Cluster)]
    [InlineData(Single)]
    public void ComposeConfig_Passes(string file)
    {
        var required = Variable().Matches(Repository.Read(file))
            .Where(match => match.Groups["rest"].Value.StartsWith(":?", StringComparison.Ordinal))
            .Select(match => match.Groups["name"].Value);
        var (code, text) = Tool.Run("docker", required, "compose", "-f", Repository.Full(file), "config", "--quiet");
        Assert.True(code == 0, text);
    }

    [Theory]
    [InlineData(Cluster)]
    [InlineData(Single)]
    public void MountedFiles_Exist(string file)
    {
        var mounted = Mount().Matches(Repository.Read(file)).Select(match => "docker/" + match.Groups[1].Value).ToList();
        Assert.NotEmpty(mounted);
        Assert.DoesNotContain(mounted, path => !Path.Exists(Repository.Full(path)));
    }

    [Theory]
    [InlineData(Cluster)]
    [InlineData(Single)]
    public void Secrets_HaveNoDefaultAndSayWhatTheyAre(string file)
    {
        var secrets = Variable().Matches(Repository.Read(file))
            .Where(match => Regex.IsMatch(match.Groups["name"].Value, "KEY|SECRET|PASSWORD")).ToList();
        Assert.NotEmpty(secrets);
        Assert.Empty(secrets.Where(match => !match.Groups["rest"].Value.StartsWith(":?", StringComparison.Ordinal)
            || match.Groups["rest"].Length < 5).Select(match => match.Value));
    }

    [Theory]
    [InlineData(Cluster, "x-program: &program", "\n\n")]
    [InlineData(Single, "  calls:", "\n  postgres:")]
    public void Programs_AreUnprivilegedAndWriteNothing(string file, string begin, string end)
    {
        var text = Repository.Read(file);
        var part = text[text.IndexOf(begin, StringComparison.Ordinal)..];
        part = part[..part.IndexOf(end, StringComparison.Ordinal)];
        foreach (var line in (string[])["read_only: true", "tmpfs: [/tmp]", "cap_drop: [ALL]", "no-new-privileges:true"])
            Assert.Contains(line, part, StringComparison.Ordinal);
        if (file == Cluster)
            Assert.Equal(2, Regex.Count(text, @"<<: \*program"));
    }

    /// <summary>Hub clients have their tokens in the query.</summary>
    [Fact]
    public void Proxy_LogsNoQuery()
    {
        var format = Regex.Match(Repository.Read("docker/haproxy/haproxy.cfg"), "log-format \"(.*)\"").Groups[1].Value;
        Assert.Contains("%HP", format, StringComparison.Ordinal);
        Assert.DoesNotMatch("%(r|HU|HQ|hr|\\[)", format);
    }

    /// <summary>A log that nobody rotates fills the disk, and a socket more than there are files is refused.</summary>
    [Theory]
    [InlineData(Cluster)]
    [InlineData(Single)]
    public void Services_RotateTheirLogs_AndOurOwnWriteNothing(string file)
    {
        var text = Repository.Read(file);
        Assert.Matches(@"logging:\n    driver: json-file\n    options: \{ max-size: \d+m, max-file: ""\d+"" \}", text);
        var services = Regex.Matches(Regex.Match(text, @"\nservices:.*?\n(?=networks:|volumes:)", RegexOptions.Singleline).Value,
            @"^  [a-z0-9-]+:(.*\n(?:    .*\n|\n|  #.*\n)*)",
            RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(services);
        Assert.All(services, service => Assert.Matches(@"<<: \*service|^ \*(silo|gateway)", service));
        Assert.Matches(
            @"read_only: true\n +tmpfs: \[/tmp\]\n +cap_drop: \[ALL\]\n +security_opt: \[""no-new-privileges:true""\]", text);
        Assert.Matches(@"nofile: \{ soft: 262144, hard: 262144 \}", text);
    }

    [Fact]
    public void Proxy_MayOpenAsManyFilesAsItTakesConnections()
    {
        var text = Repository.Read(Cluster);
        Assert.Contains("ulimits: *files", text[text.IndexOf("  proxy:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.True(Number(text, "nofile: { soft: ") > 2 * Number(Repository.Read("docker/haproxy/haproxy.cfg"), "maxconn "));
    }

    [Fact]
    public void EveryVariable_IsDocumented()
    {
        var readme = Repository.Read("docker/README.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var documented = readme.SelectMany(
            line => Regex.Matches(line.Split('|')[1], "`([A-Z_]+)`").Select(match => match.Groups[1].Value));
        Assert.Empty(Variables(Cluster).Concat(Variables(Single)).Distinct().Except(documented));
    }

    [Fact]
    public void Processes_HaveMoreTimeToStopThanTheyDrain()
    {
        var text = Repository.Read(Cluster);
        foreach (var (block, setting) in new[] { ("x-silo:", "Silo__DrainSeconds: "), ("x-gateway:", "Gateway__DrainSeconds: ") })
        {
            var part = text[text.IndexOf(block, StringComparison.Ordinal)..];
            Assert.True(Number(part, "stop_grace_period: ") > Number(part, setting) + 5, block);
        }

        var proxy = text[text.IndexOf("  proxy:", StringComparison.Ordinal)..];
        Assert.True(
            Number(proxy, "stop_grace_period: ") > Number(Repository.Read("docker/haproxy/haproxy.cfg"), "hard-stop-after "));
    }

    [Fact]
    public void ProxyAndPrometheus_KnowEverySiloAndGateway()
    {
        var services = Regex.Matches(Repository.Read(Cluster), @"^  ((?:silo|gateway)-\d+): \*", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, services.Count(name => name.StartsWith("silo", StringComparison.Ordinal)));
        Assert.Equal(2, services.Count(name => name.StartsWith("gateway", StringComparison.Ordinal)));
        var prometheus = Repository.Read("docker/prometheus/prometheus.yml");
        var scraped = Regex.Matches(prometheus, @"""((?:silo|gateway)-\d+):\d+""").Select(match => match.Groups[1].Value);
        Assert.Equal(services.Order(), scraped.Order());

        var backends = Repository.Read("docker/haproxy/haproxy.cfg").Split("\nbackend ")[1..];
        Assert.NotEmpty(backends);
        foreach (var backend in backends)
        {
            var servers = Regex.Matches(backend, @"^    server (\S+) \1:5080", RegexOptions.Multiline);
            Assert.Equal(
                services.Where(name => name.StartsWith("gateway", StringComparison.Ordinal)),
                servers.Select(match => match.Groups[1].Value));
        }
    }

    private static IEnumerable<string> Variables(string file) =>
        Variable().Matches(Repository.Read(file)).Select(match => match.Groups["name"].Value).Distinct();

    private static int Number(string text, string after) =>
        int.Parse(Regex.Match(text, Regex.Escape(after) + @"(\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(?<rest>[^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"[\s""]\./([\w./-]+):/")]
    private static partial Regex Mount();
}
