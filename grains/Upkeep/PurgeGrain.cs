namespace OrleansCalls;

/// <inheritdoc cref="IPurgeGrain"/>
public sealed class PurgeGrain(IPurge purge) : Grain, IPurgeGrain
{
    /// <inheritdoc/>
    public Task<PurgeStatus> Start() => Task.FromResult(purge.Start());

    /// <inheritdoc/>
    public Task<PurgeStatus> Get() => Task.FromResult(purge.Status);
}
