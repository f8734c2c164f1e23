using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>A query for a metric that does not exist shows an empty panel, and an alert that never comes.</summary>
public sealed partial class MetricsTests
{
    private static readonly HashSet<string> InCode = [.. Exported()];

    [Fact]
    public void EveryMetricOfDashboardAndAlerts_Exists()
    {
        // Pages for people name tables too.
        var used = Repository.Files("docker").Where(file => !file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => Name().Matches(Repository.Read(file)).Select(match => (Metric: match.Value, File: file)))
            .ToList();
        Assert.Contains(used, use => use.File.EndsWith("orleanscalls.json", StringComparison.Ordinal));
        Assert.Contains(used, use => use.File.EndsWith("alerts.yml", StringComparison.Ordinal));
        Assert.Empty(used.Where(use => !InCode.Contains(use.Metric)).Distinct());
    }

    /// <summary>Names as Prometheus sees them, of the instruments that the sources create.</summary>
    private static IEnumerable<string> Exported()
    {
        var sources = new[] { "gateway", "silo", "grains", "grain-interfaces" }.SelectMany(
            folder => Repository.Files(folder, "*.cs"));
        foreach (Match instrument in sources.SelectMany(file => Instrument().Matches(Repository.Read(file))))
        {
            var name = instrument.Groups["name"].Value.Replace('.', '_');
            if (instrument.Groups["rest"].Value.Contains("\"s\"", StringComparison.Ordinal))
                name += "_seconds";
            string[] series = instrument.Groups["kind"].Value switch
            {
                "Counter" => [$"{name}_total"],
                "Histogram" => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
                _ => [name],
            };
            foreach (var one in series)
                yield return one;
        }
    }

    [GeneratedRegex("""Create(?<kind>[A-Z][A-Za-z]+)(?:<\w+>)?\(\s*"(?<name>orleanscalls\.[a-z_.]+)"(?<rest>[^;]*)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\borleanscalls_[a-z_]+")]
    private static partial Regex Name();
}
