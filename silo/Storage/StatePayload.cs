using System.Runtime.InteropServices;

namespace OrleansCalls.Silo.Storage;

/// <summary>Serialized state on its way into a row.</summary>
internal static class StatePayload
{
    /// <summary>The serializer's own array where it has just filled one, else a copy: nobody changes either any more.</summary>
    internal static byte[] Bytes(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out var all) && all is { Offset: 0, Array: { } bytes }
            && bytes.Length == all.Count
            ? bytes
            : data.ToArray();
}
