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

    /// <summary>The data of a push.</summary>
    internal static Dictionary<string, string> Data(PushMessage message, DateTimeOffset now)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = Words.Snake(message.Type),
            ["callId"] = message.CallId,
            ["callUuid"] = CallUuid(message.CallId).ToString("D"),
            ["callerId"] = message.CallerId,
            ["callerName"] = message.CallerName,
            ["media"] = Words.Snake(message.Media),
            ["ringUntil"] = Time(message.RingUntil),
            ["ttlMs"] = Math.Max(0, (long)message.TimeToLive.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
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
        if (TelephoneNumber.Of(message.CallerId) is { } number)
            AddTelephone(data, message, number);
        return data;
    }

    /// <summary>
    /// Apps that were written for telephone calls look for these names (docs/dialects/004-telephone.md), and for their own word for a
    /// ring; a message has but one <c>type</c>.
    /// </summary>
    private static void AddTelephone(Dictionary<string, string> data, PushMessage message, string number)
    {
        if (message.Type == PushType.CallIncoming)
            data["type"] = "incoming_call";
        data["call_id"] = message.CallId;
        data["server_call_id"] = message.CallId;
        data["caller_name"] = message.CallerName;
        data["caller_number"] = number;
    }

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
