using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrleansCalls.History;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>The dependencies of a call's host.</summary>
public sealed record CallServices(
    TimeProvider Time, CallOptions Options, CallMetrics Metrics, CallWebhooks Webhooks, LocalGateways LocalGateways,
    ILogger<CallGrain> Logger)
{
    /// <summary>The decider; simulations replace it with flawed ones to prove that they are detected.</summary>
    public Func<CallState?, CallCommand, CallContext, Decision> Decide { get; init; } = CallMachine.Decide;
}

/// <summary>
/// The persisted form of a call: a separate class, since storage providers create an empty instance for a missing row.
/// </summary>
public sealed record StoredCall
{
    /// <summary>The call; null while there is none.</summary>
    public CallState? Call { get; init; }

    /// <summary>
    /// When the call must be woken if its timers are lost; null when nothing is left to do. Storage writes it to the index of
    /// open calls too (<see cref="IOpenCallIndex"/>), in the row's transaction. Absent in rows of versions that wrote the index
    /// separately.
    /// </summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>
    /// Whether the call's record is in history, written in the transaction of this row. Absent in rows of versions that wrote
    /// history later.
    /// </summary>
    public bool IsInHistory { get; init; }

    /// <summary>
    /// The history record that storage adds in the transaction of this row; null in writes that add none. Not stored in the row.
    /// </summary>
    [JsonIgnore]
    public CallSession? Session { get; init; }
}
