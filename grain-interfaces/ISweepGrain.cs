using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Checks every minute, by a reminder, for calls whose wake time in the index of open calls has passed: the durable fallback
/// for timers that were lost with their processes. One per cluster; a reminder per call would cost two more writes a call.
/// </summary>
[Alias("OrleansCalls.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "open-calls";

    /// <summary>Registers the reminder if it is missing. Called by each silo at startup.</summary>
    [Alias("Begin"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Begin();
}
