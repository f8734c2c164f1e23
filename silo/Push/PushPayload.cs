using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>
/// The payload of a push, the same for each provider: strings only, never SDP or metadata. A pure function of message and time.
/// </summary>
internal static class PushPayload
{
    // The namespace of call ids for UUIDs of version 5 (RFC 9562); apps may derive the same UUID from the call id.
    private static readonly Guid Namespace = new("6f0d2f0e-6d0b-4c0e-9a53-0c2f8f6f1c11");

    // FCM and APNs accept 4 KB including their own fields.
    private const int MostBytes = 3 * 1024;

    /// <summary>Returns the data of a push, with the field names of the dialects' apps.</summary>
    internal static Dictionary<string, string> Data(PushMessage message, DateTimeOffset now)
    {
        var data = Own(message, now);
        // Without the dialects' field names, which would make their apps ring.
        if (message.Type == PushType.TestRing)
            return data;
        // Apps written for telephone calls expect another type of ring; a message has only one type.
        if (TelephoneNumber.Of(message.CallerId) is not null && message.Type == PushType.CallIncoming)
            data["type"] = "incoming_call";
        var bytes = data.Sum(BytesOf);
        foreach (var name in DialectNames(message).Where(name => name.Value is not null))
        {
            if ((bytes += BytesOf(name!)) <= MostBytes)
                data[name.Key] = name.Value!;
        }

        return data;
    }

    /// <summary>Returns the data of a push with the protocol's own field names only.</summary>
    internal static Dictionary<string, string> Own(PushMessage message, DateTimeOffset now)
    {
        if (message.Type == PushType.TestRing)
            return Test(message, now);
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = EnumNames.Snake(message.Type),
            ["callId"] = message.CallId,
            ["callUuid"] = CallUuid(message.CallId).ToString("D"),
            ["callerId"] = message.CallerId,
            ["callerName"] = message.CallerName,
            ["media"] = EnumNames.Snake(message.Media),
            ["ringUntil"] = Time(message.RingUntil),
            ["ttlMs"] = Life(message),
            ["sentAt"] = Time(now),
        };
        if (message.ConversationId is { } conversationId)
            data["conversationId"] = conversationId;
        if (message.InvitedBy is { } inviter)
        {
            data["invitedById"] = inviter.Id;
            data["invitedByName"] = inviter.Name;
        }

        if (message.ActionToken is { } actionToken)
            data["actionToken"] = actionToken;
        return data;
    }

    private static Dictionary<string, string> Test(PushMessage message, DateTimeOffset now)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = EnumNames.Snake(message.Type), ["testId"] = message.CallId, ["ttlMs"] = Life(message),
            ["sentAt"] = Time(now),
        };
        if (message.ActionToken is { } actionToken)
            data["actionToken"] = actionToken;
        return data;
    }

    private static string Life(PushMessage message) =>
        Math.Max(0, (long)message.TimeToLive.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The field names of the dialects' apps (gateway/Dialects). A token does not reveal its app's dialect, so that a push has
    /// all names; ids come first, in case not all fit.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string?>> DialectNames(PushMessage message)
    {
        var isVideo = message.Media == CallMedia.Video;
        return
        [
            new("channelId", message.CallId),
            new("call_id", message.CallId),
            new("server_call_id", message.CallId),
            new("caller_number", TelephoneNumber.Of(message.CallerId)),
            new("callType", isVideo ? "VIDEO" : "AUDIO"),
            new("call_type", isVideo ? "video" : "voice"),
            new("caller_id", message.CallerId),
            new("caller_name", message.CallerName),
            new("caller_username", message.CallerName),
            new("conversation_id", message.ConversationId),
            new("roomId", message.ConversationId),
        ];
    }

    private static int BytesOf(KeyValuePair<string, string> field) =>
        Encoding.UTF8.GetByteCount(field.Key) + Encoding.UTF8.GetByteCount(field.Value);

    /// <summary>
    /// Returns the UUID of a call for CallKit: the call id if it is a UUID, else the version 5 UUID of the id (RFC 9562), so
    /// that all pushes and apps derive the same one.
    /// </summary>
    internal static Guid CallUuid(string callId)
    {
        if (Guid.TryParseExact(callId, "D", out var uuid))
            return uuid;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 prescribes SHA-1; it protects nothing here.
        SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(callId)], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
