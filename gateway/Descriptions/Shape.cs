using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// A notation for the shape of a JSON object in one line: <c>call_id: callId, reason?: text, users: [{userId: userId}]</c>. A
/// <c>?</c> after a name: optional; after a type: nullable. <c>a|b</c>: an enum. A trailing <c>...</c>: additional properties.
/// </summary>
internal static class Shape
{
    private const string SchemaPath = "#/components/schemas/";

    /// <summary>The JSON schema of an object with these fields.</summary>
    /// <exception cref="FormatException">The line does not follow the notation.</exception>
    public static JsonObject Of(string fields)
    {
        var (properties, required, open) = (new JsonObject(), new JsonArray(), false);
        foreach (var field in Split(fields))
        {
            if (field == "...")
            {
                open = true;
                continue;
            }

            if (field.Split(':', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } type])
                throw new FormatException($"'{field}' is no field.");
            if (!name.EndsWith('?'))
                required.Add(name);
            properties[name.TrimEnd('?')] = OfType(type);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        if (open)
            schema["additionalProperties"] = true;
        return schema;
    }

    private static JsonObject OfType(string type)
    {
        if (type.EndsWith('?'))
            return new JsonObject { ["anyOf"] = new JsonArray(OfType(type[..^1]), new JsonObject { ["type"] = "null" }) };
        if (type.StartsWith('[') && type.EndsWith(']'))
            return new JsonObject { ["type"] = "array", ["items"] = OfType(type[1..^1]) };
        if (type.StartsWith('{') && type.EndsWith('}'))
            return Of(type[1..^1]);
        if (type.Contains('|', StringComparison.Ordinal))
            return new JsonObject
            {
                ["enum"] = new JsonArray([.. type.Split('|').Select(word => (JsonNode)word)]), ["type"] = "string",
            };
        return type switch
        {
            "text" => new JsonObject { ["type"] = "string" },
            // Apps often send database ids as numbers.
            "id" => new JsonObject { ["type"] = new JsonArray("string", "integer") },
            "callId" => Text(CallLimits.CallId, "^[A-Za-z0-9_.:-]+$"),
            "userId" => Text(CallLimits.UserId),
            "flag" => new JsonObject { ["type"] = "boolean" },
            "whole" => new JsonObject { ["type"] = "integer" },
            "millis" =>
                new JsonObject { ["type"] = "integer", ["format"] = "int64", ["description"] = "Milliseconds since 1970, UTC." },
            "time" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            "any" => [],
            "object" => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
            "code" =>
                new JsonObject
                {
                    ["enum"] = new JsonArray([.. ErrorAnswers.Codes.Select(code => (JsonNode)code.Wire())]), ["type"] = "string",
                },
            _ when char.IsAsciiLetterUpper(type[0]) => new JsonObject { ["$ref"] = SchemaPath + type },
            _ when type.StartsWith('\'') && type.EndsWith('\'') => new JsonObject { ["const"] = type[1..^1] },
            "true" or "false" => new JsonObject { ["const"] = type == "true" },
            _ => throw new FormatException($"'{type}' is no type."),
        };
    }

    private static JsonObject Text(int most, string? pattern = null)
    {
        var text = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = most };
        if (pattern is not null)
            text["pattern"] = pattern;
        return text;
    }

    // Splits at commas outside of brackets.
    private static IEnumerable<string> Split(string fields)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < fields.Length; i++)
        {
            depth += fields[i] switch { '{' or '[' => 1, '}' or ']' => -1, _ => 0 };
            if (fields[i] != ',' || depth > 0)
                continue;
            yield return fields[start..i].Trim();
            start = i + 1;
        }

        if (fields[start..].Trim() is { Length: > 0 } last)
            yield return last;
    }
}
