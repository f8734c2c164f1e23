using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>A text message: a JSON object whose <c>type</c> is the message's name.</summary>
internal static class PlainMessage
{
    /// <summary>Serializes a message.</summary>
    public static byte[] Write(string name, JsonObject payload)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", name);
            foreach (var (field, value) in payload)
            {
                json.WritePropertyName(field);
                if (value is null)
                    json.WriteNullValue();
                else
                    value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Parses a message; null if it is malformed.</summary>
    public static (string Name, JsonElement Body)? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            JsonText.RefuseHalfCharacters(text.Span);
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? (type.GetString()!, json.RootElement.Clone())
                : null;
        }
        // InvalidOperationException: a string that is not valid UTF-8.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
