using System.Text.Json;

namespace OrleansCalls.Tests.Docker;

/// <summary>The Grafana dashboard, as far as it can be judged without Grafana.</summary>
public sealed class DashboardTests
{
    private static readonly JsonElement Dashboard =
        JsonDocument.Parse(Repository.Read("docker/grafana/dashboards/orleanscalls.json")).RootElement;

    private static List<JsonElement> Panels => [.. Dashboard.GetProperty("panels").EnumerateArray()];

    [Fact]
    public void EveryPanel_AsksTheDataSourceThatIsSetUp()
    {
        var panels = Panels.Where(panel => panel.GetProperty("type").GetString() != "row").ToList();
        Assert.NotEmpty(panels);
        var provisioned = Repository.Read("docker/grafana/provisioning/datasources/prometheus.yaml");
        foreach (var panel in panels)
        {
            var source = panel.GetProperty("datasource").GetProperty("uid").GetString();
            Assert.Contains($"uid: {source}\n", provisioned, StringComparison.Ordinal);
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.All(
                panel.GetProperty("targets").EnumerateArray(),
                target => Assert.NotEmpty(target.GetProperty("expr").GetString()!));
            Assert.NotEqual(0, panel.GetProperty("targets").GetArrayLength());
        }
    }

    [Fact]
    public void Panels_HaveTheirOwnNumbersAndPlaces()
    {
        Assert.Equal(Panels.Count, Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = Panels.SelectMany(panel => Squares(panel.GetProperty("gridPos"))).ToList();
        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.All(taken, square => Assert.InRange(square.X, 0, 23));
    }

    private static IEnumerable<(int X, int Y)> Squares(JsonElement place)
    {
        int Of(string name) => place.GetProperty(name).GetInt32();
        return Enumerable.Range(Of("x"), Of("w")).SelectMany(x => Enumerable.Range(Of("y"), Of("h")).Select(y => (x, y)));
    }
}
