using System.Runtime.InteropServices;

namespace OrleansCalls.Silo.Storage;

/// <summary>Serialized state to be written into a row.</summary>
internal static class StatePayload
{
    /// <summary>Returns the serializer's own array if it is exactly filled, else a copy; neither is modified later.</summary>
    internal static byte[] Bytes(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out var all) && all is { Offset: 0, Array: { } bytes }
            && bytes.Length == all.Count
            ? bytes
            : data.ToArray();
}
