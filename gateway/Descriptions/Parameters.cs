using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>The schemas of route parameters by name; a name means the same in all routes.</summary>
internal static class Parameters
{
    /// <summary>Completes a parameter of the framework's document.</summary>
    public static void Complete(JsonObject parameter, EndpointMetadataCollection metadata)
    {
        var name = (string)parameter["name"]!;
        if (metadata.OfType<RouteFacts.ParameterWords>().FirstOrDefault(words => words.Parameter == name) is { } given)
        {
            var schema = new JsonObject
            {
                ["type"] = "string", ["enum"] = new JsonArray([.. given.Words.Select(word => (JsonNode)word)]),
            };
            if (name == "state")
                schema["default"] = given.Words[0];
            parameter["schema"] = schema;
        }

        switch (name)
        {
            case "callId":
                Describe(parameter, "The call.", "c1", Text(CallLimits.CallId));
                parameter["schema"]!["pattern"] = @"^(?!\.{1,2}$)[A-Za-z0-9_.:-]+$";
                break;
            case "userId":
                Describe(parameter, "The user.", "bob", Text(CallLimits.UserId));
                break;
            case "deviceId":
                Describe(parameter, "The device; the token's own, where that names one.", "phone-1", Text(CallLimits.DeviceId));
                break;
            case "testId":
                Describe(parameter, "The test, as the push names it.", "test-ring:1", Text(CallLimits.CallId));
                break;
            case "limit":
                Describe(parameter, "How many at most.", 50, new JsonObject
                {
                    ["type"] = "integer", ["minimum"] = 1, ["maximum"] = CallLimits.HistoryPage, ["default"] = 50,
                });
                break;
            case "from":
                DescribeTime(parameter, "Calls that ended then or later; a call that goes on counts as ending now.");
                break;
            case "to":
                DescribeTime(parameter, "Calls that ended before.");
                break;
            case "reason":
                parameter["description"] = "Why the call ended.";
                break;
            case "q":
                Describe(
                    parameter, "What the call's id or a party's id is or begins with, letter by letter.", "c1",
                    Text(CallLimits.UserId));
                break;
            case "cursor":
            case "before":
                parameter["description"] = "The next of the page before.";
                break;
            case "state":
                parameter["description"] = "Which calls.";
                break;
            case "provider":
                parameter["description"] = "Whose token; of all when it is left out.";
                break;
        }
    }

    /// <summary>The header with the device, for tokens that name none.</summary>
    public static JsonObject Device() => Header(
        RestCaller.Device, "The device that speaks, where the token does not name it; percent-encoded.", CallLimits.DeviceId);

    /// <summary>The header with the user for whom a service acts.</summary>
    public static JsonObject ActAs() => Header(
        RestCaller.ActAs, "The user for whom a token with the role service acts; percent-encoded.", CallLimits.UserId);

    private static JsonObject Header(string name, string description, int most) => new()
    {
        ["name"] = name, ["in"] = "header", ["description"] = description, ["schema"] = Text(most),
    };

    private static void Describe(JsonObject parameter, string description, JsonNode example, JsonObject schema)
    {
        parameter["description"] = description;
        parameter["schema"] = schema;
        parameter["example"] = example;
    }

    private static void DescribeTime(JsonObject parameter, string description) =>
        Describe(parameter, description, "2026-01-31T12:34:56Z", new JsonObject { ["type"] = "string", ["minLength"] = 10 });

    private static JsonObject Text(int most) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = most };
}
