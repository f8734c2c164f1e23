using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Json.Schema;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// Holds JSON against the schemas of a description. A field that the description does not name is an error too, unless
/// its object is said to be open.
/// </summary>
public sealed class DescribedSchemas
{
    private static readonly EvaluationOptions Thorough = new() { OutputFormat = OutputFormat.List };

    private readonly ConcurrentDictionary<string, JsonSchema> _compiled = new(StringComparer.Ordinal);
    private readonly JsonObject _shared;

    public DescribedSchemas(JsonObject shared)
    {
        _shared = shared.DeepClone().AsObject();
        // Errors are made of two schemas, of which each would close the other out.
        foreach (var (_, schema) in _shared.Where(each => each.Key != "Problem"))
            Close(schema);
    }

    /// <summary>Why the value is not of the schema; null if it is.</summary>
    public string? WhyNot(JsonNode schema, JsonNode? value)
    {
        var result = _compiled.GetOrAdd(schema.ToJsonString(), Compile).Evaluate(value, Thorough);
        return result.IsValid ? null : string.Join("; ", (result.Details ?? []).Where(detail => detail.HasErrors)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
    }

    public void AssertIs(JsonNode schema, JsonNode? value, string what)
    {
        if (WhyNot(schema, value) is { } why)
            Assert.Fail($"The {what} is not as described: {why}\n{value}");
    }

    private JsonSchema Compile(string schema)
    {
        var own = JsonNode.Parse(schema)!;
        if (own["allOf"] is null)
            Close(own);
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["allOf"] = new JsonArray(own),
            ["$defs"] = _shared.DeepClone(),
        };
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    private static void Close(JsonNode? node)
    {
        foreach (var below in node is JsonArray array
            ? array
            : node is JsonObject parent ? parent.Select(field => field.Value) : [])
            Close(below);
        if (node is JsonObject schema && schema["properties"] is JsonObject properties
            && properties["type"]?.GetValueKind() != System.Text.Json.JsonValueKind.String
            && !schema.ContainsKey("additionalProperties"))
            schema["additionalProperties"] = false;
    }
}
