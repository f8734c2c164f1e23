using System.Net.WebSockets;
using System.Text;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>Close codes of plain WebSockets.</summary>
internal static class CloseCodes
{
    // The limit of RFC 6455 for the reason of a close frame.
    private const int ReasonBytes = 123;

    /// <summary>Returns the code and reason for a socket that the server closes.</summary>
    public static (WebSocketCloseStatus Status, string Reason) Of(CloseReason why) => why switch
    {
        CloseReason.GoingAway => ((WebSocketCloseStatus)1012, "this server is going away; connect again"),
        CloseReason.TooSlow => ((WebSocketCloseStatus)1013, "too slow; connect again"),
        CloseReason.Unavailable => ((WebSocketCloseStatus)1013, "a part of the service is away; connect again"),
        CloseReason.Unauthenticated => ((WebSocketCloseStatus)4401, "a valid token is needed"),
        CloseReason.Forbidden => ((WebSocketCloseStatus)4403, "this token is not good for that"),
        CloseReason.Displaced => ((WebSocketCloseStatus)4409, "another connection of this device has taken over"),
        CloseReason.BadMessage => (WebSocketCloseStatus.PolicyViolation, "too many messages that cannot be read"),
    };

    /// <summary>Returns the code and reason for a protocol violation of the client.</summary>
    public static (WebSocketCloseStatus Status, string Reason) Of(Incoming what) => what == Incoming.Binary
        ? (WebSocketCloseStatus.InvalidMessageType, "messages are text")
        : (WebSocketCloseStatus.MessageTooBig, "a message has 128 KiB at most, the first one 8 KiB");

    /// <summary>Truncates a reason to what a close frame can hold.</summary>
    public static string Fit(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > ReasonBytes)
            reason = reason[..(reason.Length - 1)];
        return reason;
    }
}
