namespace OrleansCalls.Calls;

/// <summary>
/// Limits how many ended calls of this process write their history at once. When thousands end in the same second, the ends still to be
/// sent to users come before history.
/// </summary>
public sealed class Settlement : IDisposable
{
    private const int AtOnce = 32;

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Runs <paramref name="work"/> when a place is free.</summary>
    public async Task Run(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _places.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
