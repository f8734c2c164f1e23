using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Channels;

/// <summary>
/// Additional fields of an invite. They are passed to the callee unchanged in the call's metadata, which holds strings only:
/// other values are stored as JSON under their name with a suffix.
/// </summary>
internal static class InviteFields
{
    private const string JsonSuffix = ":json";

    /// <summary>Field names for the callee.</summary>
    public static readonly ImmutableArray<string> Callee = ["to", "calleeId", "receiverId"];

    /// <summary>Converts the fields of an invite to metadata.</summary>
    public static Dictionary<string, string?> Keep(JsonElement invite)
    {
        var kept = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var field in invite.EnumerateObject().Where(field => !IsOwn(field.Name)))
        {
            if (field.Value.ValueKind == JsonValueKind.String && !field.Name.EndsWith(JsonSuffix, StringComparison.Ordinal))
                kept[field.Name] = field.Value.GetString();
            else
                kept[field.Name + JsonSuffix] = field.Value.GetRawText();
        }

        return kept;
    }

    /// <summary>Converts metadata to the fields of an invite.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Restore(IReadOnlyDictionary<string, string>? metadata)
    {
        foreach (var (key, text) in metadata ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            var (name, value) = key.EndsWith(JsonSuffix, StringComparison.Ordinal) && TryParse(text, out var json)
                ? (key[..^JsonSuffix.Length], json)
                : (key, JsonValue.Create(text));
            if (!IsOwn(name))
                yield return KeyValuePair.Create(name, value);
        }
    }

    // Fields that the service sets itself.
    private static bool IsOwn(string field) => field is "channelId" or "offer" or "from";

    // The metadata of a caller with another dialect may have the suffix without holding JSON.
    private static bool TryParse(string text, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }
}
