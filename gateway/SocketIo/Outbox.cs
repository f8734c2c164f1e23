using System.Threading.Channels;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The outgoing queue of one client, bounded by count and size.</summary>
internal sealed class Outbox(SocketIoOptions options)
{
    private const int UnconnectedPackets = 16;
    private const int StrangerBytes = 4_096;

    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Lock _lock = new();
    private volatile bool _isUnconnected = true;
    private long _bytes;
    private int _packets;

    /// <summary>Whether the client is not connected: then only a few packets are queued.</summary>
    public bool IsUnconnected
    {
        set => _isUnconnected = value;
    }

    private int MostPackets => _isUnconnected ? Math.Min(UnconnectedPackets, options.QueueLength) : options.QueueLength;

    private int MostBytes => _isUnconnected ? StrangerBytes : options.MaxBufferedBytes;

    /// <summary>Whether the queue is completed and empty.</summary>
    public bool IsOver => _queue.Reader.Completion.IsCompleted;

    /// <summary>Enqueues a packet. Returns false if the queue is full or completed.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> packet)
    {
        lock (_lock)
        {
            if (_packets >= MostPackets || _bytes + packet.Length > MostBytes || !_queue.Writer.TryWrite(packet))
                return false;
            _packets++;
            _bytes += packet.Length;
            return true;
        }
    }

    /// <summary>Dequeues the next packet, if there is one.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> packet)
    {
        if (!_queue.Reader.TryRead(out packet))
            return false;
        lock (_lock)
        {
            _packets--;
            _bytes -= packet.Length;
        }

        return true;
    }

    /// <summary>Returns true when there is a packet, false when the queue is completed.</summary>
    public ValueTask<bool> Wait(CancellationToken cancellation) => _queue.Reader.WaitToReadAsync(cancellation);

    /// <summary>Completes the queue with a last packet, for which there is always room.</summary>
    public void Complete(ReadOnlyMemory<byte>? last)
    {
        lock (_lock)
        {
            if (last is { } packet && _queue.Writer.TryWrite(packet))
            {
                _packets++;
                _bytes += packet.Length;
            }

            _queue.Writer.TryComplete();
        }
    }
}
