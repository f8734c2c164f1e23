using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansCalls.Calls;

namespace OrleansCalls.Silo.Storage;

/// <summary>The stored form of a timeline in history: a <see cref="TimelineRow"/>, as in the call's own row.</summary>
internal static class TimelineRecord
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { Converters = { new FirstForm() } };

    /// <summary>Returns the JSON; null for an empty timeline.</summary>
    internal static byte[]? Write(ImmutableArray<TimelineEntry> timeline) => timeline.IsDefaultOrEmpty
        ? null
        : JsonSerializer.SerializeToUtf8Bytes(TimelineRow.Of(timeline), TimelineJson.Default.TimelineRow);

    /// <summary>Returns the timeline; empty for a call of a version that stored none.</summary>
    internal static ImmutableArray<TimelineEntry> Read(byte[]? json) =>
        json is null ? [] : JsonSerializer.Deserialize<TimelineRow>(json, Reading)!.Read();

    /// <summary>
    /// Reads lines of the first version too, which were arrays: <c>[0,"started",0,1,"audio"]</c>, null for no id, and cut after
    /// the last value.
    /// </summary>
    private sealed class FirstForm : JsonConverter<string>
    {
        private const int Fewest = 4;

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                return reader.GetString();
            var parts = new List<string>(5);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                parts.Add(reader.TokenType switch
                {
                    JsonTokenType.Number => reader.GetInt64().ToString(CultureInfo.InvariantCulture),
                    JsonTokenType.Null => TimelineRow.None,
                    _ => reader.GetString()!.Replace('\t', ' '),
                });
            while (parts.Count < Fewest)
                parts.Add(TimelineRow.None);
            return string.Join('\t', parts);
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TimelineRow))]
internal sealed partial class TimelineJson : JsonSerializerContext;
