using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OrleansCalls.Load.Net;

/// <summary>
/// One thread that does everything: waits for sockets and for moments, and calls whoever they concern. Scenarios run on it too,
/// with <see cref="RunUntil"/> where they would wait.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private readonly int _epoll = Native.CreateEpoll();
    private readonly byte[] _events = new byte[16 * 512];
    private readonly Dictionary<int, WebSocket> _sockets = [];
    private readonly PriorityQueue<Action, long> _moments = new();
    private volatile bool _stopped;

    /// <summary>Where sockets read into, and where they make frames: one of each for all of them.</summary>
    public byte[] Incoming { get; } = new byte[128 * 1024];

    /// <inheritdoc cref="Incoming"/>
    public byte[] Outgoing { get; } = new byte[256 * 1024];

    /// <summary>How long events waited for the generator itself: from the kernel's word to their turn.</summary>
    public Histogram Lag { get; private set; } = new();

    /// <summary>Nanoseconds of a clock that never goes back.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Ends every wait with an <see cref="OperationCanceledException"/>; may be called from any thread.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Starts to count <see cref="Lag"/> anew.</summary>
    public void ForgetLag() => Lag = new Histogram();

    /// <summary>Calls <paramref name="action"/> at a moment, or as soon after it as the loop comes to it.</summary>
    public void At(long moment, Action action) => _moments.Enqueue(action, moment);

    /// <summary>Calls <paramref name="action"/> again and again until it says false.</summary>
    public void Every(TimeSpan period, Func<bool> action)
    {
        var next = Now + Nanoseconds(period);
        At(next, Turn);

        void Turn()
        {
            if (!action())
                return;
            next = Math.Max(next + Nanoseconds(period), Now);
            At(next, Turn);
        }
    }

    /// <summary>Runs until it is done; false when that takes longer than <paramref name="patience"/>.</summary>
    public bool RunUntil(Func<bool> done, TimeSpan patience)
    {
        var end = Now + Nanoseconds(patience);
        while (!done())
        {
            if (Now >= end)
                return false;
            Turn(end);
        }

        return true;
    }

    /// <summary>Runs for so long.</summary>
    public void RunFor(TimeSpan time) => RunUntil(() => false, time);

    /// <summary>Watches a socket from now on.</summary>
    public void Add(int handle, WebSocket socket)
    {
        _sockets.Add(handle, socket);
        Native.Watch(_epoll, Native.Add, handle, Native.In | Native.Out);
    }

    /// <summary>Whether the socket waits for room to write as well.</summary>
    public void WatchWrites(int handle, bool writes) =>
        Native.Watch(_epoll, Native.Modify, handle, writes ? Native.In | Native.Out : Native.In);

    /// <summary>Forgets the socket and resets its connection.</summary>
    public void Remove(int handle)
    {
        if (_sockets.Remove(handle))
            Native.Reset(handle);
    }

    public void Dispose()
    {
        foreach (var handle in _sockets.Keys.ToList())
            Remove(handle);
        Native.Reset(_epoll);
    }

    private static long Nanoseconds(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void Turn(long end)
    {
        if (_stopped)
            throw new OperationCanceledException("The run was stopped.");
        if (_moments.TryPeek(out _, out var moment))
            end = Math.Min(end, moment);
        var count = Native.Wait(_epoll, _events, Math.Clamp(end - Now, 0, 1_000_000_000));
        var since = Now;
        for (var i = 0; i < count; i++)
        {
            var what = _events.AsSpan(i * Native.EventSize);
            // An event earlier in this batch may have closed the socket of a later one.
            if (_sockets.TryGetValue(BinaryPrimitives.ReadInt32LittleEndian(what[Native.EventData..]), out var socket))
                socket.Ready(MemoryMarshal.Read<uint>(what));
            Lag.Record(Now - since);
        }

        while (_moments.TryPeek(out var action, out moment) && moment <= Now)
        {
            _moments.Dequeue();
            action();
        }
    }
}
