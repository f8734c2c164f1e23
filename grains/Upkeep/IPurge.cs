namespace OrleansCalls;

/// <summary>Deletes rows past their retention, in this process.</summary>
public interface IPurge
{
    /// <summary>The status of the last run.</summary>
    PurgeStatus Status { get; }

    /// <summary>Starts a run in the background, unless one is running.</summary>
    PurgeStatus Start();
}
