using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrleansCalls.History;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>What a call's host needs beside its state.</summary>
public sealed record CallServices(
    TimeProvider Time, CallOptions Options, CallMetrics Metrics, CallWebhooks Webhooks, LocalGateways LocalGateways,
    ILogger<CallGrain> Logger)
{
    /// <summary>What decides; simulations put flawed deciders here, to see that they are found out.</summary>
    public Func<CallState?, CallCommand, CallContext, Decision> Decide { get; init; } = CallMachine.Decide;
}

/// <summary>
/// The persisted form of a call: a class of its own, since storage providers make an empty one for a missing row.
/// </summary>
public sealed record StoredCall
{
    /// <summary>The call; null while there is none.</summary>
    public CallState? Call { get; init; }

    /// <summary>
    /// When the call is to be woken if nothing else does; null when nothing is left to do. Storage keeps it in the
    /// index of open calls too (<see cref="IOpenCallIndex"/>), in the transaction of the row. Absent in rows of
    /// versions that kept the index apart.
    /// </summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>
    /// The call's record is in history: it went there in the transaction of this row. Absent in rows of
    /// versions that wrote history later.
    /// </summary>
    public bool IsInHistory { get; init; }

    /// <summary>
    /// The record that storage adds to history in the transaction of this row; null in writes that add none. No part of the row.
    /// </summary>
    [JsonIgnore]
    public CallSession? Session { get; init; }
}
