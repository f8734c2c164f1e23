using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Tool.Turn;

/// <summary>
/// A STUN message (RFC 8489 section 5): a type, a transaction id and attributes. Limited to what TURN's Allocate needs.
/// </summary>
internal sealed class StunMessage
{
    internal const int HeaderBytes = 20;
    internal const int TransactionBytes = 12;
    private const uint Cookie = 0x2112A442;
    private const int IntegrityBytes = 20;

    private readonly List<(StunAttribute Type, byte[] Value)> _attributes = [];
    private byte[] _raw = [];
    private int _integrityAt = -1;

    internal required StunType Type { get; init; }

    internal byte[] TransactionId { get; init; } = RandomNumberGenerator.GetBytes(TransactionBytes);

    internal StunMessage Add(StunAttribute type, byte[] value)
    {
        _attributes.Add((type, value));
        return this;
    }

    internal StunMessage Add(StunAttribute type, string value) => Add(type, Encoding.UTF8.GetBytes(value));

    internal byte[]? Bytes(StunAttribute type) => _attributes.Where(a => a.Type == type).Select(a => a.Value).FirstOrDefault();

    internal string? Text(StunAttribute type) => Bytes(type) is { } value ? Encoding.UTF8.GetString(value) : null;

    internal uint? Number(StunAttribute type) =>
        Bytes(type) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>The code and the reason of an error response (section 14.8); null without one.</summary>
    internal (int Code, string Reason)? Error => Bytes(StunAttribute.ErrorCode) is { Length: >= 4 } value
        ? (((value[2] & 7) * 100) + value[3], Encoding.UTF8.GetString(value.AsSpan(4)))
        : null;

    /// <summary>An address that is XORed with the cookie and, for IPv6, the transaction id (section 14.2).</summary>
    internal IPEndPoint? Address(StunAttribute type)
    {
        if (Bytes(type) is not { } value || value.Length != (value.ElementAtOrDefault(1) == 2 ? 20 : 8))
            return null;
        Span<byte> mask = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(mask, Cookie);
        TransactionId.CopyTo(mask[4..]);
        var address = value[4..];
        for (var i = 0; i < address.Length; i++)
            address[i] ^= mask[i];
        return new IPEndPoint(
            new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(2)) ^ (int)(Cookie >> 16));
    }

    /// <summary>Writes the message; with a key it ends with its MESSAGE-INTEGRITY (section 14.5).</summary>
    internal byte[] Write(byte[]? key = null)
    {
        var body = new List<byte>();
        foreach (var (type, value) in _attributes)
            Append(body, type, value);
        var bytes = Whole(body, key is null ? body.Count : body.Count + 4 + IntegrityBytes);
        if (key is null)
            return bytes;
        Append(body, StunAttribute.MessageIntegrity, Mac(key, bytes));
        return Whole(body, body.Count);
    }

    /// <summary>Whether these bytes may be the header of a message.</summary>
    internal static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderBytes && (bytes[0] & 0xC0) == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) == Cookie;

    /// <summary>Parses a message; returns null if it is malformed or truncated.</summary>
    internal static StunMessage? Read(ReadOnlySpan<byte> bytes)
    {
        if (!IsHeader(bytes) || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != bytes.Length - HeaderBytes)
            return null;
        var message = new StunMessage
        {
            Type = (StunType)BinaryPrimitives.ReadUInt16BigEndian(bytes),
            TransactionId = bytes.Slice(8, TransactionBytes).ToArray(), _raw = bytes.ToArray(),
        };
        for (var at = HeaderBytes; at < bytes.Length;)
        {
            if (bytes.Length - at < 4)
                return null;
            var (type, length) = (
                (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]));
            if (bytes.Length - at - 4 < length)
                return null;
            // Attributes after it are not signed, and are ignored (section 14.5).
            if (message._integrityAt < 0)
                message.Add(type, bytes.Slice(at + 4, length).ToArray());
            if (type == StunAttribute.MessageIntegrity && message._integrityAt < 0)
                message._integrityAt = at;
            at += 4 + ((length + 3) & ~3);
        }

        return message;
    }

    /// <summary>Whether a parsed message is signed with <paramref name="key"/>.</summary>
    internal bool IsSigned(byte[] key)
    {
        if (_integrityAt < 0 || Bytes(StunAttribute.MessageIntegrity) is not { Length: IntegrityBytes } mac)
            return false;
        var signed = _raw[.._integrityAt];
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(2), (ushort)(_integrityAt + 4 + IntegrityBytes - HeaderBytes));
        return CryptographicOperations.FixedTimeEquals(mac, Mac(key, signed));
    }

    /// <summary>The key of the long-term credential mechanism (section 9.2.2).</summary>
    internal static byte[] Key(string username, string realm, string password)
    {
#pragma warning disable CA5351 // MD5 is what RFC 8489 names for this key.
        return MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{password}"));
#pragma warning restore CA5351
    }

    private byte[] Whole(List<byte> body, int length)
    {
        var bytes = new byte[HeaderBytes + body.Count];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Cookie);
        TransactionId.CopyTo(bytes, 8);
        body.CopyTo(bytes, HeaderBytes);
        return bytes;
    }

    private static void Append(List<byte> body, StunAttribute type, byte[] value)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)value.Length);
        body.AddRange(header);
        body.AddRange(value);
        body.AddRange(new byte[((value.Length + 3) & ~3) - value.Length]);
    }

    private static byte[] Mac(byte[] key, byte[] signed)
    {
#pragma warning disable CA5350 // HMAC-SHA1 is what MESSAGE-INTEGRITY is.
        return HMACSHA1.HashData(key, signed);
#pragma warning restore CA5350
    }
}

/// <summary>Methods with their classes (RFC 8489 section 18.2, RFC 8656 section 18.1).</summary>
internal enum StunType : ushort
{
    Binding = 0x0001,
    Allocate = 0x0003,
    Refresh = 0x0004,
    BindingSuccess = 0x0101,
    AllocateSuccess = 0x0103,
    AllocateError = 0x0113,
}

/// <summary>Attributes (RFC 8489 section 18.3, RFC 8656 section 18.2).</summary>
internal enum StunAttribute : ushort
{
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    Lifetime = 0x000D,
    Realm = 0x0014,
    Nonce = 0x0015,
    XorRelayedAddress = 0x0016,
    RequestedTransport = 0x0019,
    XorMappedAddress = 0x0020,
}
