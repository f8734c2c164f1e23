using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// The processes of the service and their figures, from the reports that each sends every few seconds. Soft state.
/// </summary>
[Alias("OrleansCalls.INodesGrain")]
public interface INodesGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>Stores a process' report, which is valid for 20 seconds.</summary>
    [Alias("Report"), ResponseTimeout("00:00:03")]
    Task Report(NodeReport report);

    /// <summary>Returns the last report of each process from the last 20 seconds, oldest process first.</summary>
    [Alias("GetAll"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<ImmutableArray<NodeReport>> GetAll();
}

/// <summary>A process' report.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NodeReport")]
public sealed record NodeReport
{
    /// <summary>The process; it changes with each start.</summary>
    [Id(0)] public required string NodeId { get; init; }

    /// <summary>The version of the program.</summary>
    [Id(1)] public required string Version { get; init; }

    /// <summary>When the process started.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The id of its gateway; null if there is none.</summary>
    [Id(3)] public string? GatewayId { get; init; }

    /// <summary>The address of its silo, as in <see cref="ClusterMember.Address"/>; null if there is none.</summary>
    [Id(4)] public string? SiloAddress { get; init; }

    /// <summary>Its figures.</summary>
    [Id(5)] public ImmutableArray<NodeFigure> Figures { get; init; } = [];
}

/// <summary>A figure of a process: the value of an instrument of the meter <c>OrleansCalls</c>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.NodeFigure")]
public sealed record NodeFigure
{
    /// <summary>The instrument's name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>The values of its labels, in the instrument's order.</summary>
    [Id(1)] public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The value of a gauge, or of a counter since the process started.</summary>
    [Id(2)] public required long Value { get; init; }
}
