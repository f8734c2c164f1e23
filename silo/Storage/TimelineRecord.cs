using System.Collections.Immutable;
using System.Text.Json;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// The stored form of a timeline in history: JSON of about a third of the entries' size. Times are milliseconds after the first,
/// ids are indexes into one list: <c>{"at":1764500000000,"ids":["alice","a1"],"lines":[[0,"started",0,1,"audio"]]}</c>.
/// </summary>
internal static class TimelineRecord
{
    /// <summary>Returns the JSON; null for an empty timeline.</summary>
    internal static byte[]? Write(ImmutableArray<TimelineEntry> timeline)
    {
        if (timeline.IsDefaultOrEmpty)
            return null;
        var start = timeline[0].At.ToUnixTimeMilliseconds();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var stored = new Stored
        {
            At = start,
            Lines = [.. timeline.Select(entry => Trimmed(
                entry.At.ToUnixTimeMilliseconds() - start, entry.What, Place(entry.UserId),
                Place(entry.DeviceId), entry.Detail))],
            Ids = [.. ids.Keys],
        };
        return JsonSerializer.SerializeToUtf8Bytes(stored, JsonSerializerOptions.Web);

        object? Place(string? id)
        {
            if (id is not null && !ids.ContainsKey(id))
                ids.Add(id, ids.Count);
            return id is null ? null : ids[id];
        }
    }

    /// <summary>Returns the timeline; empty for a call of a version that stored none.</summary>
    internal static ImmutableArray<TimelineEntry> Read(byte[]? json)
    {
        if (json is null)
            return [];
        var stored = JsonSerializer.Deserialize<Stored>(json, JsonSerializerOptions.Web)!;
        return [.. stored.Lines.Select(line => new TimelineEntry
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(stored.At + Element(line, 0)!.Value.GetInt64()),
            What = Element(line, 1)!.Value.GetString()!,
            UserId = Id(Element(line, 2)),
            DeviceId = Id(Element(line, 3)),
            Detail = Element(line, 4)?.GetString(),
        })];

        string? Id(JsonElement? place) => place is { } at ? stored.Ids[at.GetInt32()] : null;
    }

    private static object?[] Trimmed(params object?[] values) =>
        values[..(Array.FindLastIndex(values, value => value is not null) + 1)];

    private static JsonElement? Element(object?[] line, int index) =>
        index < line.Length && line[index] is JsonElement { ValueKind: not JsonValueKind.Null } element ? element : null;

    private sealed record Stored
    {
        public required long At { get; init; }

        public required string[] Ids { get; init; }

        public required object?[][] Lines { get; init; }
    }
}
