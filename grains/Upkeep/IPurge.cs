namespace OrleansCalls;

/// <summary>What deletes rows that are older than they are kept, in this process.</summary>
public interface IPurge
{
    /// <summary>How far the last run has come.</summary>
    PurgeStatus Status { get; }

    /// <summary>Begins a run in the background, unless one is under way.</summary>
    PurgeStatus Start();
}
