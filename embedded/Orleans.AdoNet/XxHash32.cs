using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.Storage;

/// <summary>
/// The 32-bit xxHash with seed 0, which Orleans' stable hash is: rows written by this stand-in are found by the official
/// provider.
/// </summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761, Prime2 = 2246822519, Prime3 = 3266489917, Prime4 = 668265263, Prime5 = 374761393;

    internal static uint Of(ReadOnlySpan<byte> data)
    {
        var hash = Prime5;
        var rest = data;
        if (data.Length >= 16)
        {
            uint a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0 - Prime1);
            for (; rest.Length >= 16; rest = rest[16..])
            {
                a = Round(a, rest);
                b = Round(b, rest[4..]);
                c = Round(c, rest[8..]);
                d = Round(d, rest[12..]);
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
                + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        }

        hash += (uint)data.Length;
        for (; rest.Length >= 4; rest = rest[4..])
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3), 17) * Prime4;
        foreach (var single in rest)
            hash = BitOperations.RotateLeft(hash + (single * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        // The canonical form is big-endian, and Orleans reads its four bytes as a little-endian number.
        return BinaryPrimitives.ReverseEndianness(hash ^ (hash >> 16));
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime2), 13) * Prime1;
}
