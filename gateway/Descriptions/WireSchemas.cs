using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// JSON schemas of the wire types. The framework generates them; this completes what <see cref="WireJson"/> adds: nulls are
/// omitted, so that response fields are required unless nullable, and request fields where they are marked so.
/// </summary>
internal static class WireSchemas
{
    private const string View = "View";
    private const string Mark = "x-schema";
    private static readonly JsonSerializerOptions Wire = WireJson.CreateOptions();

    /// <summary>Returns the name of a type's schema.</summary>
    public static string NameOf(Type type) => NameOf(Wire.GetTypeInfo(type))!;

    /// <summary>
    /// Returns the schema name that clients see: <c>PastCall</c> for <c>PastCallView</c>, <c>CallPage</c> for
    /// <c>PageOfCallView</c>.
    /// </summary>
    public static string? NameOf(JsonTypeInfo type)
    {
        if (type.Type is { IsGenericType: true } page && page.GetGenericTypeDefinition() == typeof(Page<>))
            return $"{Bare(page.GenericTypeArguments[0].Name)}Page";
        return OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? Bare(name) : null;
    }

    /// <summary>Completes one schema of the framework.</summary>
    public static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        // The exporter does not see through types and members with a custom converter.
        if (type == typeof(DateTimeOffset) || type.IsEnum || context.JsonPropertyInfo?.CustomConverter is ReasonConverter)
            schema.Type = JsonSchemaType.String;
        if (type.Namespace?.StartsWith("OrleansCalls", StringComparison.Ordinal) != true)
            return Task.CompletedTask;
        schema.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        schema.Extensions[Mark] = new JsonNodeExtension(NameOf(type));
        if (context.JsonTypeInfo.Kind != JsonTypeInfoKind.Object)
            return Task.CompletedTask;
        var isRequest = type.Name.EndsWith("Request", StringComparison.Ordinal);
        schema.Required = context.JsonTypeInfo.Properties.Where(
            property => property.Get is not null && IsRequired(property, isRequest))
            .Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Removes null from the schemas below <paramref name="node"/>: it is never written, and equals omission when read.
    /// </summary>
    public static void DropNulls(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                DropNulls(item);
            return;
        }

        if (node is not JsonObject schema)
            return;
        foreach (var (_, value) in schema.ToList())
            DropNulls(value);
        if (schema["type"] is JsonArray types)
        {
            ImmutableArray<string> others = [.. types.Select(type => (string)type!).Where(type => type != "null")];
            schema["type"] = others is [var only] ? only : new JsonArray([.. others.Select(type => (JsonNode)type)]);
        }

        if (schema["enum"] is JsonArray words)
            schema["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word!.DeepClone())]);
        if (schema["oneOf"] is JsonArray choices && choices.RemoveAll(IsNull) > 0 && choices is [JsonObject choice])
        {
            schema.Remove("oneOf");
            foreach (var (name, value) in choice)
                if (!schema.ContainsKey(name))
                    schema[name] = value?.DeepClone();
        }
    }

    /// <summary>
    /// Replaces repeated schemas of a type by references: the framework writes a type that is requested by name out in full.
    /// </summary>
    public static void Share(JsonObject document)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        var shared = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, schema) in schemas.ToList())
        {
            ShareBelow(schema, shared);
            shared[name] = schema!.DeepClone();
        }

        foreach (var schema in shared.Values)
            schema!.AsObject().Remove(Mark);
        document["components"]!["schemas"] = new JsonObject(shared);
        foreach (var (_, path) in document["paths"]?.AsObject() ?? [])
            ShareBelow(path, []);
    }

    private static void ShareBelow(JsonNode? node, SortedDictionary<string, JsonNode?> shared)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.ToList())
            {
                ShareBelow(item, shared);
                if (ReferenceTo(item, shared) is { } reference)
                    item!.ReplaceWith(reference);
            }
        }

        if (node is not JsonObject parent)
            return;
        foreach (var (name, value) in parent.ToList())
        {
            ShareBelow(value, shared);
            if (ReferenceTo(value, shared) is { } reference)
                parent[name] = reference;
        }
    }

    private static JsonObject? ReferenceTo(JsonNode? node, SortedDictionary<string, JsonNode?> shared)
    {
        if (node is not JsonObject schema || (string?)schema[Mark] is not { } name)
            return null;
        shared.TryAdd(name, schema.DeepClone());
        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private static string Bare(string name) => name.EndsWith(View, StringComparison.Ordinal) ? name[..^View.Length] : name;

    private static bool IsNull(JsonNode? schema) =>
        schema is JsonObject { Count: 1 } only && (only["type"] as JsonValue)?.ToString() == "null";

    private static bool IsRequired(JsonPropertyInfo property, bool isRequest) =>
        property.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) == true
        || (!isRequest && !property.IsGetNullable && Nullable.GetUnderlyingType(property.PropertyType) is null);
}
