using System.Globalization;
using Orleans.Serialization.Invocation;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The observers of clients, held weakly as in Orleans. Calls to one observer run one after another; a call to one that is gone
/// is dropped, and its caller sees a timeout.
/// </summary>
internal sealed class Observers(SeededExecutor executor)
{
    private static readonly GrainType Type = GrainType.Create("observer");

    private readonly Dictionary<GrainId, Entry> _entries = [];
    private long _last;

    public static bool IsObserver(GrainId id) => id.Type == Type;

    public GrainId Add(IGrainObserver observer)
    {
        var id = GrainId.Create(Type, (++_last).ToString(CultureInfo.InvariantCulture));
        _entries[id] = new Entry(new WeakReference<IGrainObserver>(observer), new TurnScheduler(executor));
        return id;
    }

    public void Remove(GrainId id)
    {
        if (_entries.Remove(id, out var entry))
            entry.Turns.Kill();
    }

    public void Deliver(Message message)
    {
        if (!_entries.TryGetValue(message.Target, out var entry))
            return;
        if (message.AlwaysInterleaves)
        {
            _ = entry.Turns.Run(() => Call(entry, message));
            return;
        }

        entry.Waiting.Enqueue(message);
        if (entry.IsBusy)
            return;
        entry.IsBusy = true;
        _ = entry.Turns.Run(() => CallAll(entry));
    }

    private static async Task CallAll(Entry entry)
    {
        while (entry.Waiting.TryDequeue(out var message))
            await Call(entry, message);
        entry.IsBusy = false;
    }

    private static async Task Call(Entry entry, Message message)
    {
        if (entry.GetTarget() is null)
            return;
        Response response;
        try
        {
            response = await message.InvokeAtClient(entry);
        }
        catch (Exception exception)
        {
            response = Response.FromException(exception);
        }

        message.Complete((SimulatedSilo?)null, response);
    }

    private sealed class Entry(WeakReference<IGrainObserver> observer, TurnScheduler turns) : ITargetHolder
    {
        public TurnScheduler Turns => turns;

        public Queue<Message> Waiting { get; } = new();

        public bool IsBusy { get; set; }

        public object? GetTarget() => observer.TryGetTarget(out var target) ? target : null;

        public object? GetComponent(Type componentType) => null;
    }
}
