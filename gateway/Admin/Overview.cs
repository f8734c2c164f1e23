using System.Collections.Frozen;

namespace OrleansCalls.Gateway.Admin;

/// <summary>The state of the whole service, computed from the reports of its processes and the cluster membership.</summary>
internal static class Overview
{
    private static readonly FrozenDictionary<long, string> ProviderStates =
        new Dictionary<long, string> { [0] = "off", [1] = "up", [2] = "down", [3] = "credentials_refused" }.ToFrozenDictionary();

    public static OverviewView Of(
        DateTimeOffset at, IReadOnlyList<NodeReport> nodes, IReadOnlyList<ClusterMember> members, string? dashboard)
    {
        var figures = nodes.SelectMany(node => node.Figures).ToList();
        return new OverviewView(
            at,
            ByLabel(figures, "orleanscalls.open_calls"),
            Sum(figures, "orleanscalls.calls.started"),
            ByLabel(figures, "orleanscalls.calls.ended", withZeros: false),
            Sum(figures, "orleanscalls.connected_users"),
            Sum(figures, "orleanscalls.connections"),
            [.. nodes.Where(node => node.GatewayId is not null).Select(Gateway)],
            [.. members.Select(member => Silo(member, nodes.FirstOrDefault(node => node.SiloAddress == member.Address)))],
            ByLabel(figures, "orleanscalls.queue.length"),
            [.. Pushes(figures)],
            Named(figures, "orleanscalls.push.provider_state").GroupBy(figure => figure.Labels[0])
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(
                    group => group.Key, group => ProviderStates.GetValueOrDefault(group.Max(figure => figure.Value), "down")),
            dashboard);
    }

    private static GatewayNodeView Gateway(NodeReport node) => new(
        node.GatewayId!, node.Version, node.StartedAt, Sum(node.Figures, "orleanscalls.connected_users"),
        Sum(node.Figures, "orleanscalls.connections"), Queued(node, "connections") + Queued(node, "resume"));

    private static SiloNodeView Silo(ClusterMember member, NodeReport? node) => new(
        member.Address, member.Name, member.Status, node?.Version, node?.StartedAt,
        node is null ? 0 : Sum(node.Figures, "orleanscalls.open_calls"), node is null ? 0 : Queued(node, "outbox"));

    private static IEnumerable<PushResultView> Pushes(IEnumerable<NodeFigure> figures) =>
        Named(figures, "orleanscalls.push.results").Where(figure => figure.Labels.Length == 3 && figure.Value > 0)
            .GroupBy(figure => (Provider: figure.Labels[0], Type: figure.Labels[1], Result: figure.Labels[2]))
            .OrderBy(group => group.Key)
            .Select(
                group => new PushResultView(
                    group.Key.Provider, group.Key.Type, group.Key.Result, group.Sum(figure => figure.Value)));

    private static long Queued(NodeReport node, string queue) =>
        Named(node.Figures, "orleanscalls.queue.length").Where(figure => figure.Labels is [var label] && label == queue)
            .Sum(figure => figure.Value);

    private static Dictionary<string, long> ByLabel(IEnumerable<NodeFigure> figures, string name, bool withZeros = true) =>
        Named(figures, name).Where(figure => figure.Labels.Length == 1).GroupBy(figure => figure.Labels[0])
            .Select(group => (Label: group.Key, Value: group.Sum(figure => figure.Value)))
            .Where(one => withZeros || one.Value > 0).ToDictionary(one => one.Label, one => one.Value);

    private static long Sum(IEnumerable<NodeFigure> figures, string name) => Named(figures, name).Sum(figure => figure.Value);

    private static IEnumerable<NodeFigure> Named(IEnumerable<NodeFigure> figures, string name) =>
        figures.Where(figure => figure.Name == name);
}
