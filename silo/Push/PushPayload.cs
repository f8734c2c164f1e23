using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>
/// What a push carries, the same for each provider: strings only, never SDP, never metadata. A pure function of the message and the time.
/// </summary>
internal static class PushPayload
{
    // Names the space of call ids for RFC 9562 version 5; apps may derive the same id from the call id.
    private static readonly Guid Namespace = new("6f0d2f0e-6d0b-4c0e-9a53-0c2f8f6f1c11");

    // FCM and APNs take 4 KB, with what is around the data.
    private const int MostBytes = 3 * 1024;

    /// <summary>The data of a push, with the names that the dialects' apps look for.</summary>
    internal static Dictionary<string, string> Data(PushMessage message, DateTimeOffset now)
    {
        var data = Own(message, now);
        // Without the names that the dialects' apps look for: they would ring.
        if (message.Type == PushType.TestRing)
            return data;
        // Apps that were written for telephone calls have their own word for a ring; a message has but one type.
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

    /// <summary>The data of a push in the protocol's own names only.</summary>
    internal static Dictionary<string, string> Own(PushMessage message, DateTimeOffset now)
    {
        if (message.Type == PushType.TestRing)
            return Test(message, now);
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = Words.Snake(message.Type),
            ["callId"] = message.CallId,
            ["callUuid"] = CallUuid(message.CallId).ToString("D"),
            ["callerId"] = message.CallerId,
            ["callerName"] = message.CallerName,
            ["media"] = Words.Snake(message.Media),
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
            ["type"] = Words.Snake(message.Type), ["testId"] = message.CallId, ["ttlMs"] = Life(message), ["sentAt"] = Time(now),
        };
        if (message.ActionToken is { } actionToken)
            data["actionToken"] = actionToken;
        return data;
    }

    private static string Life(PushMessage message) =>
        Math.Max(0, (long)message.TimeToLive.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// What the apps of the dialects look for (gateway/Dialects). A token does not say which dialect its app speaks, so a push has the names
    /// of all of them; ids come first, for when there is not room for all.
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
    /// The UUID by which CallKit knows a call: the call's id if it is one, else the id's version 5 UUID (RFC 9562), so that every push
    /// and every app comes to the same one.
    /// </summary>
    internal static Guid CallUuid(string callId)
    {
        if (Guid.TryParseExact(callId, "D", out var uuid))
            return uuid;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 names SHA-1; nothing is protected by it here.
        SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(callId)], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
