namespace OrleansCalls;

/// <summary>
/// Which of several processes does a job that one at a time should do, by the job's name. Kept in memory only, so that it costs nothing and
/// is there as soon as a silo is: after a crash two processes may hold it for a moment, and the job must bear being done twice.
/// </summary>
[Alias("OrleansCalls.ILeaseGrain")]
public interface ILeaseGrain : IGrainWithStringKey
{
    /// <summary>Asks for the job, or for going on with it. To be asked again well before <paramref name="time"/> is over.</summary>
    /// <returns>Whether <paramref name="holder"/> has it now.</returns>
    [Alias("Hold"), ResponseTimeout("00:00:03")]
    Task<bool> Hold(string holder, TimeSpan time);

    /// <summary>Gives the job back.</summary>
    [Alias("Release"), ResponseTimeout("00:00:03")]
    Task Release(string holder);
}
