using System.Threading.Channels;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>What waits for one client, bounded by number and size.</summary>
internal sealed class Outbox(SocketIoOptions options)
{
    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(options.QueueLength);
    private long _bytes;

    /// <summary>Whether no more comes and everything is taken.</summary>
    public bool IsOver => _queue.Reader.Completion.IsCompleted;

    /// <summary>Puts a packet behind the others. False: it is full, or no more is taken in.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> packet)
    {
        if (Interlocked.Add(ref _bytes, packet.Length) <= options.MaxBufferedBytes && _queue.Writer.TryWrite(packet))
            return true;
        Interlocked.Add(ref _bytes, -packet.Length);
        return false;
    }

    /// <summary>Takes the next packet, if there is one.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> packet)
    {
        if (!_queue.Reader.TryRead(out packet))
            return false;
        Interlocked.Add(ref _bytes, -packet.Length);
        return true;
    }

    /// <summary>True when there is a packet, false when no more comes.</summary>
    public ValueTask<bool> Wait(CancellationToken cancellation) => _queue.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes no more in.</summary>
    public void Complete() => _queue.Writer.TryComplete();
}
