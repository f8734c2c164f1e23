using System.Collections.Immutable;

namespace OrleansCalls.Operators;

/// <summary>Stores the last report of each process.</summary>
public sealed class NodesGrain(TimeProvider time) : Grain, INodesGrain
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (NodeReport Report, long At)> _reports = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task Report(NodeReport report)
    {
        _reports[report.NodeId] = (report, time.GetTimestamp());
        foreach (var (node, (_, at)) in _reports.ToList())
        {
            if (time.GetElapsedTime(at) > Kept)
                _reports.Remove(node);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeReport>> GetAll() => Task.FromResult<ImmutableArray<NodeReport>>(
        [
            .. _reports.Values.Where(one => time.GetElapsedTime(one.At) <= Kept).Select(one => one.Report)
                .OrderBy(report => report.StartedAt),
        ]);
}
