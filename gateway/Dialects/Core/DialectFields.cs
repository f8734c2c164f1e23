using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Reads JSON fields of old clients, whose types are looser than those of hub and REST.</summary>
public static class DialectFields
{
    private const int ShownName = 32;
    private static readonly JsonSerializerOptions Wire = WireJson.CreateOptions();
    private static readonly JsonElement Null = JsonSerializer.SerializeToElement<object?>(null);

    /// <summary>
    /// Returns a string; a number as its digits, since apps often send database ids so. Null if missing or null.
    /// </summary>
    public static string? Text(
        this JsonElement body, string field) => Find(body, field) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.String => Read(value, field),
        JsonValueKind.Number => value.GetRawText(),
        _ => throw CallException.Invalid($"{field} must be a text."),
    };

    // An escaped lone surrogate is valid JSON but not valid text.
    private static string Read(JsonElement value, string field)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw CallException.Invalid($"{field} holds half a character.");
        }
    }

    /// <summary>Returns an integer; null if missing or null.</summary>
    public static int? Whole(this JsonElement body, string field) => Find(body, field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw CallException.Invalid($"{field} must be a whole number.");

    /// <summary>Returns any value; null if missing or null.</summary>
    public static JsonElement? Find(this JsonElement body, string field) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(field, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    /// <summary>Returns an ICE candidate; JSON's <c>null</c>, the end of candidates, if missing or null.</summary>
    public static JsonElement Candidate(this JsonElement body) => Find(body, "candidate") ?? Null;

    /// <summary>Returns an SDP; null if missing or null.</summary>
    public static DescriptionRequest? Description(this JsonElement body, string field)
    {
        if (Find(body, field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw CallException.Invalid($"{field} must be an object with type and sdp.");
        return new DescriptionRequest { Type = Text(value, "type"), Sdp = Text(value, "sdp") };
    }

    /// <summary>Returns the media: <c>voice</c>, <c>audio</c> or <c>video</c>, in any case.</summary>
    public static CallMedia Media(this JsonElement body, string field) => Text(body, field)?.ToUpperInvariant() switch
    {
        "VOICE" or "AUDIO" => CallMedia.Audio,
        "VIDEO" => CallMedia.Video,
        null => throw CallException.Invalid($"{field} is missing."),
        _ => throw CallException.Invalid($"{field} must be voice or video."),
    };

    /// <summary>Returns <c>voice</c> or <c>video</c>, the names used by the older clients.</summary>
    public static string VoiceOrVideo(CallMedia media) => media == CallMedia.Video ? "video" : "voice";

    /// <summary>Returns an error's code and message.</summary>
    internal static JsonObject Error(CallError error) => new() { ["code"] = error.Code.Wire(), ["message"] = error.Detail };

    /// <summary>Returns an error with the call id that the client sent, under the dialect's own field name.</summary>
    internal static JsonObject Error(CallError error, string idField, string? callId)
    {
        var payload = Error(error);
        payload.Insert(0, idField, callId);
        return payload;
    }

    /// <summary>Serializes a value as hub and REST do.</summary>
    public static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, Wire);

    /// <summary>Returns a client's text, truncated and cleaned for a log or an error.</summary>
    public static string Shown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var clean = string.Concat(name.Take(ShownName).Where(c => !char.IsControl(c)));
        return clean.Length == name.Length ? clean : clean + "...";
    }
}
