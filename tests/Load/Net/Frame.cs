using System.Buffers;
using System.Buffers.Binary;

namespace OrleansCalls.Load.Net;

/// <summary>
/// A WebSocket frame. Those of a server are never masked; ours are, as they must be, with a mask of zeros, which needs no work.
/// </summary>
internal readonly ref struct Frame
{
    private const int HeaderRoom = 14;

    public required ReadOnlySpan<byte> Payload { get; init; }

    public required int Opcode { get; init; }

    public required bool IsLast { get; init; }

    /// <summary>Reads the frame at the start of <paramref name="bytes"/>, if all of it is there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Frame frame, out int size)
    {
        frame = default;
        size = 0;
        if (bytes.Length < 2)
            return false;
        var (header, length) = (bytes[1] & 0x7F) switch
        {
            126 => (4, bytes.Length < 4 ? long.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 => (10, bytes.Length < 10 ? long.MaxValue : BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            var small => (2, small),
        };
        if (length > bytes.Length - header)
            return false;
        size = header + (int)length;
        frame = new Frame { Payload = bytes[header..size], Opcode = bytes[0] & 0xF, IsLast = (bytes[0] & 0x80) != 0 };
        return true;
    }

    /// <summary>Makes a frame in <paramref name="room"/>, and returns the part of it that the frame is.</summary>
    public static ReadOnlySpan<byte> Write(Span<byte> room, ReadOnlySpan<byte> payload, int opcode)
    {
        payload.CopyTo(room[HeaderRoom..]);
        var header = payload.Length < 126 ? 6 : payload.Length <= ushort.MaxValue ? 8 : 14;
        var frame = room[(HeaderRoom - header)..(HeaderRoom + payload.Length)];
        frame[..header].Clear();
        frame[0] = (byte)(0x80 | opcode);
        frame[1] = (byte)(0x80 | (header == 6 ? payload.Length : header == 8 ? 126 : 127));
        if (header == 8)
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload.Length);
        else if (header == 14)
            BinaryPrimitives.WriteInt64BigEndian(frame[2..], payload.Length);
        return frame;
    }
}

/// <summary>Bytes that wait for more, in a pooled buffer that is held only while there are any.</summary>
internal sealed class Leftover
{
    private byte[] _buffer = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Count);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Count + bytes.Length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Count + bytes.Length);
            Bytes.CopyTo(larger);
            Return();
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(Count));
        Count += bytes.Length;
    }

    /// <summary>The first so many are done with.</summary>
    public void Drop(int count)
    {
        Count -= count;
        if (Count == 0)
            Return();
        else
            _buffer.AsSpan(count, Count).CopyTo(_buffer);
    }

    public void Clear() => Drop(Count);

    private void Return()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
