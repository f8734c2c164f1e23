using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using OrleansCalls.Push;
using PushMessage = OrleansCalls.Push.PushMessage;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>Builds Web Push messages (RFC 8030): the data as one JSON object.</summary>
internal static class WebPushMessage
{
    // Push services accept 4,096 bytes (RFC 8030 section 7.2), of which encryption uses 103 (RFC 8291 section 4).
    private const int MostBytes = 4096 - 103;
    private const int TopicBytes = 24;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Optional fields, dropped when the message is too large.
    private static readonly string[] Spare = ["invitedByName", "conversationId", "callerName", "invitedById"];

    /// <summary>Builds the message.</summary>
    internal static Lib.Net.Http.WebPush.PushMessage Of(
        PushMessage push, DateTimeOffset now) => new(new ByteArrayContent(Body(push, now)))
    {
        TimeToLive = Math.Max(0, (int)push.TimeToLive.TotalSeconds),
        // Also for a missed call, which the user should see at once.
        Urgency = PushMessageUrgency.High,
        Topic = Topic(push),
    };

    /// <summary>
    /// Returns the topic, with which a newer message replaces an undelivered one (RFC 8030 section 5.4; at most 32 characters):
    /// a cancel replaces its ring. A missed call has its own topic, since a cancel may follow it.
    /// </summary>
    internal static string Topic(PushMessage push) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.UTF8.GetBytes(push.Type == PushType.CallMissed ? push.CallId + " missed" : push.CallId))
            .AsSpan(0, TopicBytes));

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
