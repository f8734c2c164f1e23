using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>The processes of the service and their figures, as each reports of itself every few seconds. Soft state.</summary>
[Alias("OrleansCalls.INodesGrain")]
public interface INodesGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>A process reports; its last report counts, for 20 seconds.</summary>
    [Alias("Report"), ResponseTimeout("00:00:03")]
    Task Report(NodeReport report);

    /// <summary>The last report of each process that has reported within 20 seconds, the oldest process first.</summary>
    [Alias("GetAll"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<ImmutableArray<NodeReport>> GetAll();
}

/// <summary>What one process reports of itself.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NodeReport")]
public sealed record NodeReport
{
    /// <summary>The process; another one after each start.</summary>
    [Id(0)] public required string NodeId { get; init; }

    /// <summary>The version of the program.</summary>
    [Id(1)] public required string Version { get; init; }

    /// <summary>Since when the process runs.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The id of the gateway in it; null if there is none.</summary>
    [Id(3)] public string? GatewayId { get; init; }

    /// <summary>The address of the silo in it, as in <see cref="ClusterMember.Address"/>; null if there is none.</summary>
    [Id(4)] public string? SiloAddress { get; init; }

    /// <summary>Its figures.</summary>
    [Id(5)] public ImmutableArray<NodeFigure> Figures { get; init; } = [];
}

/// <summary>One figure of a process: the value of an instrument of the meter <c>OrleansCalls</c>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NodeFigure")]
public sealed record NodeFigure
{
    /// <summary>The instrument's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>The values of its labels, in the order in which the instrument gives them.</summary>
    [Id(1)] public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>A gauge's value, or a counter's since the process started.</summary>
    [Id(2)] public required long Value { get; init; }
}
