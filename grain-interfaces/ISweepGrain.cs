using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Looks once a minute, by a reminder, for calls whose time in the index of open calls has come: the durable net under timers that went
/// with their processes. One for the cluster; one reminder for each call would cost two more writes a call.
/// </summary>
[Alias("OrleansCalls.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Key of the one there is.</summary>
    const string Key = "open-calls";

    /// <summary>Sees to it that the reminder is there. Each silo says so when it starts.</summary>
    [Alias("Begin"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task Begin();
}
