namespace OrleansCalls.Calls;

/// <summary>
/// How many ended calls of this process are put to rest at once. When thousands end in the same second, those that still have to be
/// told of theirs come before history.
/// </summary>
public sealed class Aftercare : IDisposable
{
    private const int AtOnce = 32;

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Runs <paramref name="work"/> when it is its turn.</summary>
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
