namespace OrleansCalls;

/// <inheritdoc cref="ILeaseGrain"/>
public sealed class LeaseGrain(TimeProvider clock) : Grain, ILeaseGrain
{
    private string? _holder;
    private long _since;
    private TimeSpan _for;

    /// <inheritdoc/>
    public Task<bool> Hold(string holder, TimeSpan time)
    {
        if (_holder is not null && _holder != holder && clock.GetElapsedTime(_since) < _for)
            return Task.FromResult(false);
        (_holder, _since, _for) = (holder, clock.GetTimestamp(), time);
        DelayDeactivation(time);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task Release(string holder)
    {
        if (_holder == holder)
            _holder = null;
        return Task.CompletedTask;
    }
}
