using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge.Descriptions;

/// <summary>
/// A client made of nothing but <c>/openapi/v1.json</c>: it finds operations by their ids, and holds every body that it sends and
/// every answer that it gets against the description.
/// </summary>
internal sealed class OpenApi(JsonObject document, HttpClient http)
{
    private readonly DescribedSchemas _schemas = new(document["components"]!["schemas"]!.AsObject());

    /// <summary>The operations that were called and answered as they should when nothing is wrong.</summary>
    public HashSet<string> Succeeded { get; } = new(StringComparer.Ordinal);

    /// <summary>The operations by their ids.</summary>
    public Dictionary<string, Operation> Operations { get; } = document["paths"]!.AsObject()
        .SelectMany(
            path => path.Value!.AsObject().Select(
                operation => new Operation(path.Key, operation.Key, operation.Value!.AsObject())))
        .ToDictionary(operation => operation.Id, StringComparer.Ordinal);

    public static async Task<OpenApi> Read(HttpClient http) =>
        new(JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json"))!.AsObject(), http);

    /// <summary>Calls an operation; the answer is a success, and all of it is as described.</summary>
    public async Task<JsonNode?> Call(
        string id, string? token, object? body = null, params (string Name, string Value)[] parameters)
    {
        var operation = Operations[id];
        if (body is not null)
            AssertIs(
                operation.Body ?? throw new Xunit.Sdk.XunitException($"{id} takes no body."),
                JsonSerializer.SerializeToNode(body), $"body of {id}");
        else
            Assert.False(operation.NeedsBody, $"{id} needs a body.");
        var (status, answer) = await Send(operation, token, body, parameters);
        Assert.True(status < 300, $"{id}: {status} {answer}");
        Succeeded.Add(id);
        return answer;
    }

    /// <summary>Calls an operation; whatever it answers must be described.</summary>
    public async Task<(int Status, JsonNode? Answer)> Send(
        Operation operation, string? token, object? body = null, params (string Name, string Value)[] parameters)
    {
        var path = operation.Path;
        var query = new List<string>();
        using var request = new HttpRequestMessage { Method = new HttpMethod(operation.Method.ToUpperInvariant()) };
        foreach (var (name, value) in parameters)
        {
            var place = operation.Parameters.FirstOrDefault(parameter => (string?)parameter!["name"] == name)?["in"];
            switch ((string?)place)
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
                    break;
                case "query":
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                    break;
                case "header":
                    request.Headers.Add(name, value);
                    break;
                default:
                    Assert.Fail($"{operation.Id} has no parameter {name}.");
                    break;
            }
        }

        Assert.DoesNotContain('{', path);
        request.RequestUri = new Uri(path + (query.Count == 0 ? "" : $"?{string.Join('&', query)}"), UriKind.Relative);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is HttpContent content)
            request.Content = content;
        else if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await Check(operation, response));
    }

    /// <summary>Whether the examples of an operation are of its own schemas.</summary>
    public void AssertExamples(Operation operation)
    {
        var bodies = operation.Node["requestBody"]?["content"]?.AsObject() ?? [];
        var answers = operation.Node["responses"]!.AsObject().SelectMany(
            answer => Resolve(answer.Value!)["content"]?.AsObject() ?? []);
        foreach (var (type, content) in bodies.Concat(answers))
            if (content!["example"] is { } example)
                AssertIs(content["schema"]!, example, $"example of {operation.Id} ({type})");
    }

    private async Task<JsonNode?> Check(Operation operation, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsStringAsync();
        if (operation.Node["responses"]![$"{status}"] is not { } reference)
        {
            Assert.Fail($"{operation.Id} answered {status}, which is not described: {text}");
            return null;
        }

        var answer = Resolve(reference);
        if (answer["content"] is not JsonObject contents)
        {
            Assert.Empty(text);
            return null;
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        Assert.True(contents.ContainsKey(type), $"{operation.Id} answered {status} as {type}: {text}");
        var body = JsonNode.Parse(text);
        AssertIs(contents[type]!["schema"]!, body, $"{status} of {operation.Id}");
        return body;
    }

    private JsonNode Resolve(JsonNode node) => (string?)node["$ref"] is { } reference
        ? reference.Split('/')[1..].Aggregate((JsonNode)document, (parent, name) => parent[name]!)
        : node;

    private void AssertIs(JsonNode schema, JsonNode? value, string what) => _schemas.AssertIs(schema, value, what);

    /// <summary>One of the operations.</summary>
    internal sealed record Operation(string Path, string Method, JsonObject Node)
    {
        public string Id =>
            (string?)Node["operationId"] ?? throw new Xunit.Sdk.XunitException($"{Method} {Path} has no operationId.");

        public JsonArray Parameters => Node["parameters"]?.AsArray() ?? [];

        public JsonNode? Body => Node["requestBody"]?["content"]?["application/json"]?["schema"];

        public bool NeedsBody => (bool?)Node["requestBody"]?["required"] ?? false;

        public bool NeedsToken => Node["security"]!.AsArray().Count > 0;

        public bool IsForOperators =>
            Node["security"]!.AsArray().Any(scheme => scheme!["bearer"]?.AsArray().Any(role => (string?)role == "admin") == true);

        /// <summary>Values of its path that mean nothing yet.</summary>
        public (string Name, string Value)[] AnyPath => [.. Parameters.Where(parameter => (string?)parameter!["in"] == "path")
            .Select(parameter => ((string)parameter!["name"]!, $"any-{(string)parameter["name"]!}"))];

        public override string ToString() => Id;
    }
}
