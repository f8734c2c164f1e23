namespace OrleansCalls.Tests.Docker;

/// <summary>The alert rules, as Prometheus itself reads them.</summary>
public sealed class AlertTests
{
    [NeedPromtool]
    public void Rules_AreRules() => Passes("check", "rules", Repository.Full("docker/prometheus/alerts.yml"));

    [NeedPromtool]
    public void Rules_FireWhenTheyShould_AndNotBefore() => Passes("test", "rules", Repository.Full("tests/Docker/alerts.test.yml"));

    private static void Passes(params string[] arguments)
    {
        var (code, text) = Tool.Run("promtool", [], arguments);
        Assert.True(code == 0, text);
    }
}
