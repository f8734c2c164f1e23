using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

/// <summary>Enums in lower snake case. Values unknown to this version are read as the default, <c>Unknown</c>.</summary>
internal sealed class WireEnum<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> Values =
        Enum.GetValues<T>().ToFrozenDictionary(Name, StringComparer.Ordinal);

    /// <summary>The value of a name on the wire; <c>Unknown</c> if there is none.</summary>
    public static T Parse(string? name) => name is not null && Values.TryGetValue(name, out var value) ? value : default;

    /// <summary>The name on the wire.</summary>
    public static string Name(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return Parse(reader.GetString());
        reader.Skip();
        return default;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Name(value));
}
