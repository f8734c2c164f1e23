namespace OrleansCalls;

/// <summary>
/// A lease for a job that one process at a time should do, by the job's name. Held in memory only, so that it costs nothing and
/// is available with the first silo: after a crash two processes may hold it for a moment, so the job must be idempotent.
/// </summary>
[Alias("OrleansCalls.ILeaseGrain")]
public interface ILeaseGrain : IGrainWithStringKey
{
    /// <summary>Acquires or renews the lease; to be renewed well before <paramref name="time"/> has passed.</summary>
    /// <returns>Whether <paramref name="holder"/> holds it.</returns>
    [Alias("Hold"), ResponseTimeout("00:00:03")]
    Task<bool> Hold(string holder, TimeSpan time);

    /// <summary>Releases the lease.</summary>
    [Alias("Release"), ResponseTimeout("00:00:03")]
    Task Release(string holder);
}
