using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// A place in a list of past calls, newest first: right after the call with this end and id. Calls that ended in the same
/// millisecond are ordered by id, so that pages neither skip nor repeat one.
/// </summary>
internal readonly record struct HistoryCursor(long EndedAt, string CallId) : IComparable<HistoryCursor>
{
    /// <summary>The longest id (protocol.md, section 1), with a margin.</summary>
    private const int MaximumIdLength = 128;

    /// <summary>The end of the year 9999, the last date of both databases and of .NET.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>The place before all ended calls.</summary>
    internal static HistoryCursor Newest { get; } = new(long.MaxValue, "");

    /// <summary>Parses the result of <see cref="ToString"/>; null is the newest.</summary>
    /// <exception cref="ArgumentException">The cursor is malformed, which is the client's error.</exception>
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

    /// <summary>Returns a positive number when this place is newer.</summary>
    public int CompareTo(HistoryCursor other) =>
        EndedAt != other.EndedAt ? EndedAt.CompareTo(other.EndedAt) : string.CompareOrdinal(CallId, other.CallId);

    /// <summary>Returns the cursor in the client's format.</summary>
    public override string ToString()
    {
        var id = Encoding.UTF8.GetBytes(CallId);
        Span<byte> bytes = stackalloc byte[sizeof(long) + id.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, EndedAt);
        id.CopyTo(bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }
}
