using System.Net.WebSockets;
using System.Text;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>How a plain WebSocket is told why it is closed; the one table.</summary>
internal static class CloseCodes
{
    // The protocol's limit for the text of a close.
    private const int ReasonBytes = 123;

    /// <summary>The code and the words for a line that we close.</summary>
    public static (WebSocketCloseStatus Status, string Reason) Of(LineEnd why) => why switch
    {
        LineEnd.GoingAway => ((WebSocketCloseStatus)1012, "this server is going away; connect again"),
        LineEnd.TooSlow => ((WebSocketCloseStatus)1013, "too slow; connect again"),
        LineEnd.Unavailable => ((WebSocketCloseStatus)1013, "a part of the service is away; connect again"),
        LineEnd.Unauthenticated => ((WebSocketCloseStatus)4401, "a valid token is needed"),
        LineEnd.Forbidden => ((WebSocketCloseStatus)4403, "this token is not good for that"),
        LineEnd.Displaced => ((WebSocketCloseStatus)4409, "another connection of this device has taken over"),
        LineEnd.BadMessage => (WebSocketCloseStatus.PolicyViolation, "too many messages that cannot be read"),
    };

    /// <summary>The code and the words for what a client must not send.</summary>
    public static (WebSocketCloseStatus Status, string Reason) Of(Incoming what) => what == Incoming.Binary
        ? (WebSocketCloseStatus.InvalidMessageType, "messages are text")
        : (WebSocketCloseStatus.MessageTooBig, "a message has 128 KiB at most, the first one 8 KiB");

    /// <summary>Words cut to what a close can hold.</summary>
    public static string Fit(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > ReasonBytes)
            reason = reason[..(reason.Length - 1)];
        return reason;
    }
}
