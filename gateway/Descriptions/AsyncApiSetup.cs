using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects;
using OrleansCalls.Gateway.Dialects.Notifications;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// The AsyncAPI 3.0 document of all sockets at <c>/asyncapi/v1.json</c>, generated from the tables that the code uses.
/// </summary>
internal static class AsyncApiSetup
{
    /// <summary>The internal OpenAPI document with the schemas of the hub's types.</summary>
    public const string Schemas = "hub";

    private const string License = "MIT";

    public static void MapAsyncApi(this IEndpointRouteBuilder app) =>
        app.MapOnce("/asyncapi/v1.json", () => Make(app.ServiceProvider));

    private static async Task<JsonObject> Make(IServiceProvider services)
    {
        var schemas = (await OpenApiSetup.Read(services, Schemas))["components"]!["schemas"]!.DeepClone();
        var operations = new JsonObject();
        var channels = new JsonObject { ["hub"] = Hub(operations) };
        foreach (var (id, channel, title, messages, isPlain) in Sockets(services))
            channels[id] = Dialect(id, channel, title, messages, isPlain, operations);
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "OrleansCalls",
                ["version"] = GatewayApp.Version,
                ["description"] =
                    "Call signalling over sockets: the hub, and the languages of apps that existed before. REST is at "
                    + "/openapi/v1.json, and with it dialect 004, which has no socket.",
                ["license"] = new JsonObject { ["name"] = License },
            },
            ["defaultContentType"] = "application/json",
            ["servers"] = new JsonObject
            {
                ["gateway"] = new JsonObject
                {
                    ["host"] = "{host}",
                    ["protocol"] = "wss",
                    ["description"] = "Where this service is; ws without TLS.",
                    ["variables"] = new JsonObject { ["host"] = new JsonObject { ["default"] = "localhost:5080" } },
                    ["security"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/securitySchemes/bearer" }),
                },
            },
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["bearerFormat"] = "JWT",
                        ["description"] = "In the header, or as access_token in the query.",
                    },
                },
            },
        };
    }

    private static JsonObject Hub(JsonObject operations)
    {
        var summaries = new DocumentationFile();
        var messages = new JsonObject
        {
            ["refusal"] = Message(
                "refusal", "A command was refused: the error of its completion, with SignalR's words before it", new JsonObject
                {
                    ["type"] = "string",
                    ["pattern"] = $"({string.Join('|', ErrorAnswers.Codes.Select(code => code.Wire()))}): .+",
                }),
        };
        foreach (var command in HubMessages.Commands)
        {
            var result = $"{command.Name}.result";
            messages[command.Name] = Message(command.Name, summaries.Summary(command), SchemaOf(HubMessages.ArgumentOf(command)));
            messages[result] = Message(result, $"What {command.Name} returns", SchemaOf(HubMessages.ResultOf(command)));
            operations[$"hub.{command.Name}"] = Operation(
                "receive", "hub", summaries.Summary(command), command.Name, result, "refusal");
        }

        foreach (var hubEvent in HubEvent.All)
        {
            messages[hubEvent.Name] = Message(hubEvent.Name, hubEvent.Summary, SchemaOf(hubEvent.Argument));
            operations[$"hub.{hubEvent.Name}"] = Operation("send", "hub", hubEvent.Summary, hubEvent.Name);
        }

        return new JsonObject
        {
            ["address"] = CallHub.Path,
            ["title"] = "The hub",
            ["description"] =
                "SignalR's JSON protocol. Messages are invocations: their name is the target, their payload the one argument (none "
                + "where the payload is null), and that of a .result the result of the completion. Handshake, pings and closes are SignalR's own.",
            ["messages"] = messages,
            ["bindings"] = Query(
                ("deviceId", "Without it every connection is a device of its own."),
                ("platform", "What the device calls itself."),
                ("seqs", "What the device has seen: callId:seq,callId:seq."),
                ("access_token", "The token, where no header can be set.")),
        };
    }

    private static IEnumerable<(string Id, string Address, string Title, DialectMessages Messages, bool IsPlain)> Sockets(
        IServiceProvider services)
    {
        var options = services.GetRequiredService<DialectOptions>();
        var socketIo = $"{DialectSetup.SocketIoPath}/";
        var dialects = services.GetRequiredService<SocketIoDialects>();
        foreach (var dialect in dialects.Enabled.Select(name => dialects.Find(name)!))
        {
            var number = DialectNames.NumberOf(dialect.Name);
            yield return ($"dialect-{number}", socketIo, $"Dialect {number} over Socket.IO", dialect.Messages, false);
        }

        if (dialects.Enabled.Any())
            yield return ("socket.io", socketIo, "Socket.IO clients whose dialect is not known yet", dialects.Messages, false);
        if (options.Has(DialectNames.Rooms))
        {
            yield return ("dialect-003-plain", DialectSetup.SocketPath, "Dialect 003 over plain WebSockets",
                services.GetRequiredService<RoomDialect>().Messages, true);
        }

        if (!options.Has(DialectNames.Notifications))
            yield break;
        var notifications = services.GetRequiredService<NotificationDialect>().Messages;
        yield return ("dialect-001", "/ws/notifications/", "Dialect 001, the socket for notices", notifications, true);
        var ofChats = notifications.ToClients.Where(message => !NotificationDialect.IsForNoticesOnly(message.Name));
        yield return ("dialect-001-chat", "/ws/chat/{conversationId}/", "Dialect 001, the socket of a chat",
            notifications with { ToClients = [.. ofChats] }, true);
    }

    private static JsonObject Dialect(
        string id, string address, string title, DialectMessages table, bool isPlain, JsonObject operations)
    {
        var messages = new JsonObject();
        foreach (var (message, from) in table.FromClients.Select(m => (m, true)).Concat(table.ToClients.Select(m => (m, false))))
        {
            var key = $"{(from ? "from" : "to")}-client.{message.Name}";
            var payload = Shape.Of(isPlain ? $"type: '{message.Name}', {message.Fields}" : message.Fields);
            messages[key] = Message(message.Name, message.Summary, payload);
            operations[$"{id}.{key}"] = Operation(from ? "receive" : "send", id, message.Summary, key);
        }

        var channel = new JsonObject
        {
            ["address"] = address,
            ["title"] = title,
            ["description"] = isPlain
                ? "Text messages with one JSON object each; type is the message's name."
                : "Socket.IO events: the message's name is the event's, its payload the event's one argument. An event with an "
                    + "acknowledgement is answered {success: true}, or {success: false, error: {code, message}}. Events of an app's own "
                    + "back end come under their own names.",
            ["messages"] = messages,
        };
        if (address.Contains("{conversationId}", StringComparison.Ordinal))
            channel["parameters"] = new JsonObject { ["conversationId"] = new JsonObject { ["description"] = "The chat." } };
        return channel;
    }

    private static JsonObject Message(string name, string summary, JsonObject payload) =>
        new() { ["name"] = name, ["summary"] = summary, ["payload"] = payload };

    private static JsonObject SchemaOf(Type? type) => type switch
    {
        null => new JsonObject { ["type"] = "null" },
        { IsArray: true } => new JsonObject { ["type"] = "array", ["items"] = SchemaOf(type.GetElementType()) },
        _ => new JsonObject { ["$ref"] = $"#/components/schemas/{WireSchemas.NameOf(type)}" },
    };

    private static JsonObject Operation(string action, string channel, string summary, string message, params string[] replies)
    {
        var operation = new JsonObject
        {
            ["action"] = action, ["channel"] = Reference($"#/channels/{channel}"), ["summary"] = summary,
            ["messages"] = References(channel, message),
        };
        if (replies.Length > 0)
            operation["reply"] = new JsonObject
            {
                ["channel"] = Reference($"#/channels/{channel}"), ["messages"] = References(channel, replies),
            };
        return operation;
    }

    private static JsonArray References(string channel, params string[] messages) =>
        [.. messages.Select(message => Reference($"#/channels/{channel}/messages/{message}"))];

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    private static JsonObject Query(params (string Name, string Description)[] parameters) => new()
    {
        ["ws"] = new JsonObject
        {
            ["method"] = "GET",
            ["query"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(parameters.Select(parameter => KeyValuePair.Create<string, JsonNode?>(
                    parameter.Name, new JsonObject { ["type"] = "string", ["description"] = parameter.Description }))),
            },
            ["bindingVersion"] = "0.1.0",
        },
    };
}
