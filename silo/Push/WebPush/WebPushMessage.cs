using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using OrleansCalls.Push;
using PushMessage = OrleansCalls.Push.PushMessage;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>A push in the words of Web Push (RFC 8030): the data as one JSON object.</summary>
internal static class WebPushMessage
{
    // A push service takes 4,096 bytes (RFC 8030 section 7.2), of which encryption needs 103 (RFC 8291 section 4).
    private const int MostBytes = 4096 - 103;
    private const int TopicBytes = 24;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A ring without them is still a ring.
    private static readonly string[] Spare = ["invitedByName", "conversationId", "callerName", "invitedById"];

    /// <summary>The message.</summary>
    internal static Lib.Net.Http.WebPush.PushMessage Of(PushMessage push, DateTimeOffset now) => new(new ByteArrayContent(Body(push, now)))
    {
        TimeToLive = Math.Max(0, (int)push.TimeToLive.TotalSeconds),
        // Also for a missed call: it is for eyes, and there is but one.
        Urgency = PushMessageUrgency.High,
        Topic = Topic(push),
    };

    /// <summary>
    /// What replaces what while a browser is away (RFC 8030 section 5.4; 32 characters at most): a cancel its ring. A missed call has a
    /// topic of its own, since a cancel may come behind it.
    /// </summary>
    internal static string Topic(PushMessage push) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.UTF8.GetBytes(push.Type == PushType.CallMissed ? push.CallId + " missed" : push.CallId)).AsSpan(0, TopicBytes));

    private static byte[] Body(PushMessage push, DateTimeOffset now)
    {
        var data = PushPayload.Own(push, now);
        var body = JsonSerializer.SerializeToUtf8Bytes(data, Json);
        foreach (var spare in Spare)
        {
            if (body.Length <= MostBytes)
                break;
            data.Remove(spare);
            body = JsonSerializer.SerializeToUtf8Bytes(data, Json);
        }

        return body;
    }
}
