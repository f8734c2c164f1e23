namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Some commands of one connection run at the same time, so that a slow one does not hold up the rest. Those for one call must not:
/// an ICE candidate may not overtake the accept before it.
/// </summary>
public sealed class CallOrder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _last = [];

    /// <summary>Runs <paramref name="command"/> after all earlier ones for the same call have ended, well or badly.</summary>
    public async Task<T> Run<T>(string callId, Func<Task<T>> command)
    {
        var done = new TaskCompletionSource();
        Task? before;
        lock (_lock)
        {
            _last.TryGetValue(callId, out before);
            _last[callId] = done.Task;
        }

        try
        {
            if (before is not null)
                await before;
            return await command();
        }
        finally
        {
            lock (_lock)
            {
                if (_last.TryGetValue(callId, out var last) && last == done.Task)
                    _last.Remove(callId);
            }

            done.SetResult();
        }
    }
}
