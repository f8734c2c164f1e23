using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Reads the fields of old clients, which are freer with their types than our own.</summary>
public static class DialectFields
{
    private const int ShownName = 32;
    private static readonly JsonSerializerOptions Wire = WireJson.CreateOptions();
    private static readonly JsonElement Null = JsonSerializer.SerializeToElement<object?>(null);

    /// <summary>A text; a number is read as its digits, as ids of databases are often sent. Null if it is missing or null.</summary>
    public static string? Text(this JsonElement body, string field) => Find(body, field) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.String => Read(value, field),
        JsonValueKind.Number => value.GetRawText(),
        _ => throw CallException.Invalid($"{field} must be a text."),
    };

    // An escaped lone surrogate is JSON, but no text.
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

    /// <summary>A whole number; null if it is missing or null.</summary>
    public static int? Whole(this JsonElement body, string field) => Find(body, field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw CallException.Invalid($"{field} must be a whole number.");

    /// <summary>Any value; null if it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement body, string field) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(field, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    /// <summary>An ICE candidate; JSON's <c>null</c>, which ends the candidates, if it is missing or null.</summary>
    public static JsonElement Candidate(this JsonElement body) => Find(body, "candidate") ?? Null;

    /// <summary>An SDP; null if it is missing or null.</summary>
    public static DescriptionRequest? Description(this JsonElement body, string field)
    {
        if (Find(body, field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw CallException.Invalid($"{field} must be an object with type and sdp.");
        return new DescriptionRequest { Type = Text(value, "type"), Sdp = Text(value, "sdp") };
    }

    /// <summary>What kind of call: <c>voice</c>, <c>audio</c> or <c>video</c>, in any case.</summary>
    public static CallMedia Media(this JsonElement body, string field) => Text(body, field)?.ToUpperInvariant() switch
    {
        "VOICE" or "AUDIO" => CallMedia.Audio,
        "VIDEO" => CallMedia.Video,
        null => throw CallException.Invalid($"{field} is missing."),
        _ => throw CallException.Invalid($"{field} must be voice or video."),
    };

    /// <summary>Kinds of calls as the older clients call them.</summary>
    public static string VoiceOrVideo(CallMedia media) => media == CallMedia.Video ? "video" : "voice";

    /// <summary>What a client is told of a refusal.</summary>
    internal static JsonObject Error(CallError error) => new() { ["code"] = error.Code.Wire(), ["message"] = error.Detail };

    /// <summary>What a client is told of a refusal, with the call that it named under the dialect's own name for that.</summary>
    internal static JsonObject Error(CallError error, string idField, string? callId)
    {
        var told = Error(error);
        told.Insert(0, idField, callId);
        return told;
    }

    /// <summary>Anything of ours as hub and REST write it.</summary>
    public static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, Wire);

    /// <summary>A client's own word, fit for a log or an error.</summary>
    public static string Shown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var clean = string.Concat(name.Take(ShownName).Where(c => !char.IsControl(c)));
        return clean.Length == name.Length ? clean : clean + "...";
    }
}
