using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>The alert rules, as Prometheus itself reads them.</summary>
public sealed class AlertTests
{
    /// <summary>All alerts, in the order in which they stand.</summary>
    internal static IEnumerable<string> Names =>
        Regex.Matches(Repository.Read("docker/prometheus/alerts.yml"), @"- alert: (\w+)").Select(match => match.Groups[1].Value);

    [Need("promtool")]
    public void Rules_AreRules() => Passes("check", "rules", Repository.Full("docker/prometheus/alerts.yml"));

    [Need("promtool")]
    public void Rules_FireWhenTheyShould_AndNotBefore() =>
        Passes("test", "rules", Repository.Full("tests/Docker/alerts.test.yml"));

    /// <summary>One that is only tested not to fire may be one that cannot.</summary>
    [Fact]
    public void EveryAlert_IsSeenToFire()
    {
        var fired = Regex.Matches(Repository.Read("tests/Docker/alerts.test.yml"),
            @"alertname: (\w+)\s+exp_alerts:\s+- exp_labels").Select(match => match.Groups[1].Value);
        Assert.NotEmpty(Names);
        Assert.Empty(Names.Except(fired));
    }

    private static void Passes(params string[] arguments)
    {
        var (code, text) = Tool.Run("promtool", [], arguments);
        Assert.True(code == 0, text);
    }
}
