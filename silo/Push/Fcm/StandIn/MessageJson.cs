using System.Globalization;
using System.Text.Json;

namespace FirebaseAdmin.Messaging;

/// <summary>The body of FCM's <c>messages:send</c>.</summary>
internal static class MessageJson
{
    /// <exception cref="ArgumentException">The message has no token, or a negative TTL.</exception>
    internal static byte[] Write(Message message)
    {
        if (string.IsNullOrEmpty(message.Token))
            throw new ArgumentException("Exactly one of Token, Topic or Condition is required.", nameof(message));
        if (message.Android?.TimeToLive < TimeSpan.Zero)
            throw new ArgumentException("TTL must not be negative.", nameof(message));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("message");
            json.WriteString("token", message.Token);
            Map(json, "data", message.Data);
            Android(json, message.Android);
            Webpush(json, message.Webpush);
            Apns(json, message.Apns);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Android(Utf8JsonWriter json, AndroidConfig? android)
    {
        if (android is null)
            return;
        json.WriteStartObject("android");
        Text(json, "priority", android.Priority switch { Priority.High => "high", Priority.Normal => "normal", _ => null });
        // A number of seconds with at most nine decimals and an s.
        Text(json, "ttl", android.TimeToLive?.TotalSeconds.ToString("0.#########'s'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Webpush(Utf8JsonWriter json, WebpushConfig? webpush)
    {
        if (webpush is null)
            return;
        json.WriteStartObject("webpush");
        Map(json, "headers", webpush.Headers);
        json.WriteEndObject();
    }

    private static void Apns(Utf8JsonWriter json, ApnsConfig? apns)
    {
        if (apns is null)
            return;
        json.WriteStartObject("apns");
        Map(json, "headers", apns.Headers);
        json.WriteStartObject("payload");
        json.WriteStartObject("aps");
        if (apns.Aps?.Alert is { } alert)
        {
            json.WriteStartObject("alert");
            Text(json, "title", alert.Title);
            Text(json, "body", alert.Body);
            json.WriteEndObject();
        }

        Text(json, "sound", apns.Aps?.Sound);
        if (apns.Aps?.ContentAvailable == true)
            json.WriteNumber("content-available", 1);
        if (apns.Aps?.MutableContent == true)
            json.WriteNumber("mutable-content", 1);
        Text(json, "thread-id", apns.Aps?.ThreadId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Map(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string>? map)
    {
        if (map is null)
            return;
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
