using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Channels;

/// <summary>
/// What apps put into their invites besides what a call needs. It goes to the callee as it came, by way of the call's metadata, which
/// holds texts only: other values are kept as JSON, under their name with a suffix.
/// </summary>
internal static class InviteFields
{
    private const string JsonSuffix = ":json";

    /// <summary>Names under which clients give the callee.</summary>
    public static readonly ImmutableArray<string> Callee = ["to", "calleeId", "receiverId"];

    /// <summary>The fields of an invite as metadata.</summary>
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

    /// <summary>Metadata as fields of an invite.</summary>
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

    // What the service fills in itself.
    private static bool IsOwn(string field) => field is "channelId" or "offer" or "from";

    // Metadata of a caller that speaks another language may look like ours and be none.
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
