using System.Net.WebSockets;

namespace OrleansCalls.Tests.Dialects;

/// <summary>Messages of a socket, whole.</summary>
internal static class WholeMessages
{
    /// <summary>Waits for the next message; null when the server closes. The buffer has to be large enough.</summary>
    /// <returns>How many bytes of the buffer it has.</returns>
    public static async Task<int?> ReceiveWhole(this WebSocket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (part.EndOfMessage)
                return length;
        }
    }
}
