using System.Collections.Concurrent;
using System.Globalization;

namespace Orleans.Runtime;

/// <summary>
/// Observers, held weakly as in the original. Calls to one observer run one after another; a call to one that is gone is dropped, and
/// its caller sees a timeout.
/// </summary>
internal sealed class ObserverTable(Silo silo)
{
    public const string TypeName = "observer";

    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private long _last;

    public GrainId Add(IGrainObserver observer)
    {
        var key = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        _entries[key] = new Entry(new WeakReference<IGrainObserver>(observer), new TurnScheduler(silo.Executor, silo.IsSimulated));
        return GrainId.Create(TypeName, key);
    }

    public void Remove(GrainId id) => _entries.TryRemove(id.Key.Value, out _);

    public void Clear()
    {
        foreach (var entry in _entries.Values)
            entry.Turns.Kill();
        _entries.Clear();
    }

    public void Deliver(Message message)
    {
        if (!_entries.TryGetValue(message.Target.Key.Value, out var entry))
            return;
        if (message.Method.AlwaysInterleave)
        {
            _ = entry.Turns.Run(() => Call(entry, message));
            return;
        }

        lock (entry)
        {
            entry.Waiting.Enqueue(message);
            if (entry.Busy)
                return;
            entry.Busy = true;
        }

        _ = entry.Turns.Run(() => CallAll(entry));
    }

    private static async Task CallAll(Entry entry)
    {
        while (true)
        {
            Message? message;
            lock (entry)
            {
                if (!entry.Waiting.TryDequeue(out message))
                {
                    entry.Busy = false;
                    return;
                }
            }

            await Call(entry, message);
        }
    }

    private static async Task Call(Entry entry, Message message)
    {
        if (!entry.Observer.TryGetTarget(out var observer))
            return;
        using var span = message.Trace();
        Task call;
        try
        {
            call = message.Method.Call(observer, message.Arguments);
            await call;
        }
        catch (Exception exception)
        {
            call = Task.FromException(exception);
        }

        message.Complete(call);
    }

    private sealed record Entry(WeakReference<IGrainObserver> Observer, TurnScheduler Turns)
    {
        public Queue<Message> Waiting { get; } = new();

        public bool Busy { get; set; }
    }
}
