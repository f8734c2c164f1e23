namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Orders the commands of one connection per call. Commands for different calls run in parallel, so that a slow one does not
/// delay the rest; an ICE candidate must not overtake the accept before it.
/// </summary>
public sealed class PerCallQueue
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _last = [];

    /// <summary>
    /// Runs <paramref name="command"/> after all earlier ones for the same call have completed, with or without success.
    /// </summary>
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
