using System.Net.WebSockets;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>
/// The stream under a WebSocket, on which pings can be sent on demand and responses observed: the framework pings on a timer
/// only and does not expose the pongs.
/// </summary>
internal sealed class PingStream(Stream inner) : Stream
{
    // A server ping without a payload; client libraries respond to it automatically.
    private static readonly byte[] Ping = [0x89, 0x00];

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private List<TaskCompletionSource> _waiting = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Sends a ping behind all previous frames; <paramref name="alive"/> completes when the client sends anything after it.
    /// </summary>
    public async Task Ask(TaskCompletionSource alive, CancellationToken cancellation)
    {
        lock (_lock)
            _waiting.Add(alive);
        await WriteAsync(Ping, cancellation);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0 && !buffer.IsEmpty)
            Alive();
        return read;
    }

    /// <summary>Each write is one frame (a property of <see cref="WebSocket"/>); frames must not interleave.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Alive()
    {
        List<TaskCompletionSource> waiting;
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            (waiting, _waiting) = (_waiting, []);
        }

        foreach (var alive in waiting)
            alive.TrySetResult();
    }
}
