using System.Threading.Channels;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>What waits for one client, bounded by number and size.</summary>
internal sealed class Outbox(SocketIoOptions options)
{
    private const int StrangerPackets = 16;
    private const int StrangerBytes = 4_096;

    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Lock _lock = new();
    private volatile bool _isStrangers = true;
    private long _bytes;
    private int _packets;

    /// <summary>The client is not known: a few packets may wait, whatever it makes the server say.</summary>
    public bool IsStrangers
    {
        set => _isStrangers = value;
    }

    private int MostPackets => _isStrangers ? Math.Min(StrangerPackets, options.QueueLength) : options.QueueLength;

    private int MostBytes => _isStrangers ? StrangerBytes : options.MaxBufferedBytes;

    /// <summary>Whether no more comes and everything is taken.</summary>
    public bool IsOver => _queue.Reader.Completion.IsCompleted;

    /// <summary>Puts a packet behind the others. False: it is full, or no more is taken in.</summary>
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

    /// <summary>Takes the next packet, if there is one.</summary>
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

    /// <summary>True when there is a packet, false when no more comes.</summary>
    public ValueTask<bool> Wait(CancellationToken cancellation) => _queue.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes no more in but this one, for which there is always room.</summary>
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
