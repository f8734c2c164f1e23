using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Every operation of the description with values that its schema names and values beside it: any answer but a defect,
/// and the same service afterwards.
/// </summary>
[Collection(OneProgram.Name)]
public sealed class RestFuzzTests(Shared shared)
{
    private const int Each = 12;
    private static readonly string[] Texts =
    [
        "", " ", "a", "alice", "\0", "\u202e", "../..", "' OR 1=1", "\r\nX: y", "%00", "9999999999999999999", "-1", "true",
        "2026-01-31T12:34:56.789Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", new('x', 129), new('x', 5_000), "open", "missed",
        "fcm", "audio", "offer",
    ];

    [Fact]
    public async Task EveryOperation_AnswersWithoutADefect()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("ORLEANSCALLS_SEED") ?? "20", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        var description = JsonNode.Parse(await shared.Program.Http.GetStringAsync("openapi/v1.json"))!;
        var operations = description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(operation => operation.Key is "get" or "put" or "post" or "patch" or "delete")
            .Select(operation => (Path: path.Key, Method: operation.Key, operation.Value))).ToList();
        Assert.InRange(operations.Count, 25, 200);
        var schemas = description["components"]!["schemas"]!.AsObject();
        var sent = 0;
        foreach (var (path, method, operation) in operations)
        {
            for (var i = 0; i < Each; i++, sent++)
            {
                var address = path;
                var query = new List<string>();
                foreach (var parameter in operation!["parameters"]?.AsArray() ?? [])
                {
                    var (name, value) = ((string)parameter!["name"]!, Uri.EscapeDataString(Text(random)));
                    if ((string?)parameter["in"] == "path")
                        address = address.Replace($"{{{name}}}", value.Length == 0 ? "x" : value, StringComparison.Ordinal);
                    else if ((string?)parameter["in"] == "query" && random.Next(3) > 0)
                        query.Add($"{name}={value}");
                }

                var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
                var body = schema is null ? null : Value(schema, schemas, random, 0)?.ToJsonString() ?? "null";
                using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
                // A token of its own for each: the rate of one user would end it. Half of them may do everything.
                var token = i % 2 == 0 ? Tokens.Of($"fuzz{sent}") : Tokens.Of($"fuzz{sent}", "admin", "service");
                var target = query.Count == 0 ? address : $"{address}?{string.Join('&', query)}";
                var (status, problem) = await shared.Send(new HttpMethod(method.ToUpperInvariant()), target, token, content);
                Assert.True(
                    status < 500 || (status == 503 && (string?)problem?["code"] == "unavailable"),
                    $"seed {seed}: {method} {target} {body}: {status} {problem}");
                // What the server cannot read as HTTP (%00 in a path, an address of more than 8 KiB)
                // has no body; all else says why.
                Assert.True(
                    status is < 400 or 414 || target.Contains("%00", StringComparison.Ordinal)
                        || (problem?["code"] ?? problem?["error"] ?? problem?["success"]) is not null,
                    $"seed {seed}: {method} {target} {body}: {status} {problem}");
            }
        }

        await shared.AssertWorks();
    }

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static JsonNode? Value(JsonNode? schema, JsonObject schemas, Random random, int depth)
    {
        if (random.Next(12) == 0 || depth > 4)
            return random.Next(6) switch
            {
                0 => null, 1 => Text(random), 2 => long.MaxValue, 3 => new JsonArray(), 4 => new JsonObject(), _ => true,
            };
        if ((string?)schema?["$ref"] is { } reference)
            return Value(schemas[reference.Split('/')[^1]], schemas, random, depth);
        if ((schema?["oneOf"] ?? schema?["anyOf"]) is JsonArray choices)
            return Value(choices[random.Next(choices.Count)], schemas, random, depth);
        if (schema?["enum"] is JsonArray words)
            return words[random.Next(words.Count)]?.DeepClone();
        if (schema?["properties"] is JsonObject properties)
        {
            var made = new JsonObject();
            foreach (var (name, of) in properties)
                if (random.Next(4) > 0)
                    made[name] = Value(of, schemas, random, depth + 1);
            return made;
        }

        var type = schema?["type"] is JsonArray several ? (string?)several[random.Next(several.Count)] : (string?)schema?["type"];
        return type switch
        {
            "integer" or "number" => random.Next(4) switch { 0 => -1, 1 => 0, 2 => int.MaxValue, _ => random.Next(200) },
            "boolean" => random.Next(2) == 0,
            "array" =>
                new JsonArray(
                    [.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(schema?["items"], schemas, random, depth + 1))]),
            "null" => null,
            _ => Text(random),
        };
    }
}
