using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// A place in a list of past calls, newest first: right after the call that ended then and has that id. Calls that ended in the
/// same millisecond are in the order of their ids, so that no page leaves one out or shows it twice.
/// </summary>
internal readonly record struct HistoryCursor(long EndedAt, string CallId) : IComparable<HistoryCursor>
{
    /// <summary>Longest id there is (protocol.md, section 1), with room.</summary>
    private const int MaximumIdLength = 128;

    /// <summary>End of the year 9999, where both databases' calendars and .NET's end.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>Before everything that has ended.</summary>
    internal static HistoryCursor Newest { get; } = new(long.MaxValue, "");

    /// <summary>Reads what <see cref="ToString"/> wrote; null is the newest.</summary>
    /// <exception cref="ArgumentException">It is nothing of the kind: a client's mistake.</exception>
    internal static HistoryCursor Parse(string? text)
    {
        if (text is null)
            return Newest;
        Span<byte> bytes = stackalloc byte[sizeof(long) + MaximumIdLength];
        if (text.Length > Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != System.Buffers.OperationStatus.Done
            || length <= sizeof(long)
            || !System.Text.Unicode.Utf8.IsValid(bytes[sizeof(long)..length]))
            throw Refusal();
        var cursor = new HistoryCursor(
            BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes[sizeof(long)..length]));
        return cursor.EndedAt is >= 0 and <= LastMillisecond && !cursor.CallId.Any(char.IsControl)
            ? cursor
            : throw Refusal();
    }

    private static ArgumentException Refusal() => new("The cursor is not one that this service gave.");

    /// <summary>Positive when this place is newer.</summary>
    public int CompareTo(HistoryCursor other) =>
        EndedAt != other.EndedAt ? EndedAt.CompareTo(other.EndedAt) : string.CompareOrdinal(CallId, other.CallId);

    /// <summary>The cursor as a client keeps it.</summary>
    public override string ToString()
    {
        var id = Encoding.UTF8.GetBytes(CallId);
        Span<byte> bytes = stackalloc byte[sizeof(long) + id.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, EndedAt);
        id.CopyTo(bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }
}
