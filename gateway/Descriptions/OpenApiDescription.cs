using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>Builds the OpenAPI document: the framework's, completed with facts that only route metadata has.</summary>
internal sealed class OpenApiDescription(IServiceProvider services, IEnumerable<EndpointDataSource> sources)
{
    private static readonly ImmutableArray<(string Name, string Description)> Tags =
    [
        ("Calls", "Start, answer and end calls; the same commands and rules as the hub's."),
        ("Devices", "Devices and their push tokens."),
        ("Users", "Other users."),
        ("Settings", "The user's own settings."),
        ("Service", "What a client needs to know of this service."),
        ("Operators", "For tokens with the role admin."),
        ("Development", "There in Development only."),
        ("Dialect 001", "Clients of document 001: gateway/Dialects/Notifications/README.md."),
        ("Dialect 002", "Clients of document 002: gateway/Dialects/Agora/README.md."),
        ("Dialect 003", "Clients of document 003: gateway/Dialects/Rooms/README.md."),
        ("Dialect 004", "The woken app of document 004: gateway/Dialects/Telephone/README.md."),
    ];

    public async Task<JsonObject> Make()
    {
        var document = await OpenApiSetup.Read(services, OpenApiSetup.Document);
        document["info"] = new JsonObject
        {
            ["title"] = "OrleansCalls",
            ["version"] = GatewayApp.Version,
            ["description"] =
                $"Call signalling over REST. The same commands and rules as the SignalR hub at {CallHub.Path}, which "
                + "/asyncapi/v1.json describes. Ids in paths are percent-encoded, a slash as %2F; an id of nothing but dots is encoded twice (%252E%252E).",
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        };
        document["servers"] = new JsonArray(new JsonObject { ["url"] = "/" });
        var paths = document["paths"]!.AsObject();
        foreach (var route in Routes())
        {
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var path = PathOf(route.RoutePattern);
                if (paths[path]?[method.ToLowerInvariant()] is JsonObject operation)
                    Complete(operation, path, route.Metadata);
            }
        }

        paths["/health/live"] = Health("getLiveness", "Whether this process lives");
        paths["/health/ready"] = Health("getReadiness", "Whether this process should be sent requests");
        CompleteComponents(document["components"]!.AsObject());
        var used = paths.SelectMany(path => path.Value!.AsObject())
            .SelectMany(operation => operation.Value?["tags"]?.AsArray() ?? [])
            .Select(tag => (string)tag!).ToHashSet(StringComparer.Ordinal);
        document["tags"] = new JsonArray([.. Tags.Where(tag => used.Contains(tag.Name))
            .Select(tag => new JsonObject { ["name"] = tag.Name, ["description"] = tag.Description })]);
        return document;
    }

    private IEnumerable<RouteEndpoint> Routes() => sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>() is not null);

    // As the framework writes it: without constraints and without a trailing slash.
    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part =>
            part is RoutePatternParameterPart parameter ? $"{{{parameter.Name}}}" : ((RoutePatternLiteralPart)part).Content))));

    private static void Complete(JsonObject operation, string path, EndpointMetadataCollection metadata)
    {
        var shape = metadata.GetMetadata<RouteFacts.OwnShape>();
        CompleteBody(operation, metadata, shape);
        CompleteAnswer(operation, metadata, shape);
        var answers = operation["responses"]!.AsObject();
        foreach (var (status, answer) in ErrorAnswers.Of(metadata, path, hasBody: operation.ContainsKey("requestBody")))
            answers[status] ??= answer;
        operation["responses"] = new JsonObject(answers.OrderBy(answer => answer.Key, StringComparer.Ordinal)
            .Select(answer => new KeyValuePair<string, JsonNode?>(answer.Key, answer.Value?.DeepClone())));

        var isAnonymous = metadata.GetMetadata<IAllowAnonymous>() is not null;
        var authorized = metadata.OfType<IAuthorizeData>().ToList();
        var isForOperators = authorized.Any(data => data.Policy == AuthSetup.AdminPolicy);
        operation["security"] = authorized.Count == 0 || isAnonymous
            ? new JsonArray()
            : Security(isForOperators, AuthSetup.TakesActionTokens(metadata));
        var parameters = operation["parameters"] as JsonArray ?? [];
        foreach (var parameter in parameters)
            Parameters.Complete(parameter!.AsObject(), metadata);
        if (authorized.Count > 0 && !isForOperators && !isAnonymous)
        {
            parameters.Add(Parameters.Device());
            parameters.Add(Parameters.ActAs());
        }

        if (parameters.Count > 0)
            operation["parameters"] = parameters.Parent is null ? parameters : parameters.DeepClone();
    }

    private static void CompleteBody(JsonObject operation, EndpointMetadataCollection metadata, RouteFacts.OwnShape? shape)
    {
        if (shape?.Body is { } body)
            operation["requestBody"] = new JsonObject { ["content"] = Json(Shape.Of(body)) };
        if (operation["requestBody"] is not JsonObject request)
            return;
        request["required"] = metadata.GetMetadata<RouteFacts.BodyIsOptional>() is null;
        // The route reads a body of any content type as JSON.
        request["content"]!.AsObject().Remove("*/*");
        Examples.AddTo(request["content"]!["application/json"]!.AsObject());
    }

    private static void CompleteAnswer(JsonObject operation, EndpointMetadataCollection metadata, RouteFacts.OwnShape? shape)
    {
        var answers = operation["responses"]!.AsObject();
        if (shape is not null)
        {
            answers.Clear();
            foreach (var status in new[] { shape.Status, shape.OtherStatus ?? shape.Status })
                answers[$"{status}"] = new JsonObject
                {
                    ["description"] = Title(status), ["content"] = Json(Shape.Of(shape.Answer)),
                };
            return;
        }

        if (metadata.GetMetadata<RouteFacts.OneOfAnswers>() is { } several)
        {
            answers["200"]!["content"]!["application/json"]!["schema"] = new JsonObject
            {
                ["anyOf"] = new JsonArray([.. several.Answers.Select(type =>
                    new JsonObject { ["$ref"] = $"#/components/schemas/{WireSchemas.NameOf(type)}" })]),
            };
        }

        foreach (var (_, answer) in answers)
            if (answer?["content"]?["application/json"] is JsonObject content)
                Examples.AddTo(content);
    }

    private static JsonArray Security(bool isForOperators, bool takesActionTokens)
    {
        var security = new JsonArray(
            new JsonObject { ["bearer"] = isForOperators ? new JsonArray(Principals.Admin) : new JsonArray() });
        if (takesActionTokens)
            security.Add(new JsonObject { ["actionToken"] = new JsonArray() });
        return security;
    }

    private static void CompleteComponents(JsonObject components)
    {
        components["responses"] = ErrorAnswers.Components();
        components["securitySchemes"] = new JsonObject
        {
            ["bearer"] = new JsonObject
            {
                ["type"] = "http",
                ["scheme"] = "bearer",
                ["bearerFormat"] = "JWT",
                ["description"] =
                    "sub is the user, device_id the device, roles holds service (acts for others by X-Act-As) or admin (the "
                    + "routes of operators).",
            },
            ["actionToken"] = new JsonObject
            {
                ["type"] = "http",
                ["scheme"] = "bearer",
                ["description"] = "The actionToken of a push: five minutes, one call, one device.",
            },
        };
        var schemas = components["schemas"]!.AsObject();
        // The path holds the call id.
        var ofOneCall = schemas.Where(
            each => each.Key.EndsWith("Request", StringComparison.Ordinal) && each.Key != nameof(StartCallRequest));
        foreach (var (_, schema) in ofOneCall)
        {
            (schema!["properties"] as JsonObject)?.Remove("callId");
            if (schema["required"] is JsonArray required && required.RemoveAll(field => (string?)field == "callId") > 0
                && required.Count == 0)
                schema.AsObject().Remove("required");
        }

        schemas["Problem"]!["properties"]!["code"]!["enum"] = new JsonArray(
            [.. ErrorAnswers.Codes.Select(code => (JsonNode)code.Wire())]);
    }

    private static JsonObject Health(string id, string summary)
    {
        var answer = Json(Shape.Of("status: healthy|degraded|unhealthy, checks: {...}"));
        return new JsonObject
        {
            ["get"] = new JsonObject
            {
                ["tags"] = new JsonArray("Service"),
                ["operationId"] = id,
                ["summary"] = summary,
                ["security"] = new JsonArray(),
                ["responses"] = new JsonObject
                {
                    ["200"] = new JsonObject { ["description"] = "Yes.", ["content"] = answer },
                    ["503"] = new JsonObject { ["description"] = "No; checks says why.", ["content"] = answer.DeepClone() },
                },
            },
        };
    }

    private static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static string Title(int status) => status < 300 ? "Done." : "The process is going away.";
}
