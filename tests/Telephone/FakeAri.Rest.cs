using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Telephone;

/// <content>The REST interface.</content>
public sealed partial class FakeAri
{
    private void Map()
    {
        On("GET events", null);
        On("GET channels", _ => Results.Json(_channels.Values.Select(channel => channel.Json)));
        On("GET channels/{channelId}", request =>
            Find(request) is { } channel ? Results.Json(channel.Json) : Error(404, "Channel not found"));
        On("POST channels", Originate);
        On("DELETE channels/{channelId}", request =>
        {
            if (Find(request) is not { } channel)
                return Error(404, "Channel not found");
            Remove(channel.Id, 16, request.Query["reason"]);
            return Results.NoContent();
        });
        On("POST channels/{channelId}/ring", request => InStasis(request, channel => channel.HearsRinging = true));
        On("POST channels/{channelId}/answer", request => InStasis(request, channel =>
        {
            channel.State = "Up";
            channel.HearsRinging = false;
        }));
        On("POST channels/{channelId}/play", request => InStasis(request, channel => channel.Hears = request.Query["media"]));
        On("GET bridges", _ => Results.Json(_bridges.Select(bridge => BridgeJson(bridge.Key))));
        On("POST bridges/{bridgeId}", request =>
        {
            var id = (string)request.RouteValues["bridgeId"]!;
            return _bridges.TryAdd(id, [])
                ? Results.Json(BridgeJson(id))
                : Error(409, "Bridge with the same bridgeId already exists");
        });
        On("DELETE bridges/{bridgeId}", request =>
            _bridges.Remove((string)request.RouteValues["bridgeId"]!) ? Results.NoContent() : Error(404, "Bridge not found"));
        On("POST bridges/{bridgeId}/addChannel", AddToBridge);
        On("POST applications/{applicationName}/subscription", Subscribe);
        _app.MapFallback((HttpRequest request) =>
        {
            Faults.Enqueue($"{request.Method} {request.Path} is no operation of ARI");
            return Error(404, "Resource not found");
        });
    }

    private void On(string operation, Func<HttpRequest, IResult>? does)
    {
        var (method, path) = operation.Split(' ') is [var first, var second]
            ? (first, second)
            : throw new ArgumentException(operation);
        _app.MapMethods($"/ari/{path}", [method], async (HttpContext context) =>
        {
            if (User(context.Request) is not { } user)
                return Results.Unauthorized();
            var body = await Body(context.Request);
            foreach (var fault in AriApi.Faults(operation, context.Request.Query, body))
                Faults.Enqueue(fault);
            if (does is null)
            {
                if (!context.WebSockets.IsWebSocketRequest || context.Request.Query["app"] != App)
                    Faults.Enqueue("events are for a WebSocket of the application");
                await Listen(context, user);
                return Results.Empty;
            }

            var asked = $"{method} {context.Request.Path.Value!["/ari/".Length..]}";
            Requests.Enqueue(asked);
            var answer = await Instead(asked);
            if (answer is null)
            {
                context.Items["body"] = body;
                lock (_lock)
                    answer = does(context.Request);
            }

            if (LosesAnswer(asked))
                context.Abort();
            return answer;
        });
    }

    private string? User(HttpRequest request)
    {
        if (request.Query.ContainsKey("api_key"))
            Faults.Enqueue("the password is in an address");
        var header = request.Headers.Authorization.ToString();
        var pair = header.StartsWith("Basic ", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':', 2)
            : [];
        return pair is [var user, Password] && !Refused.ContainsKey(user) ? user : null;
    }

    private static async Task<JsonElement?> Body(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        return text.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static IResult Error(int status, string message) => Results.Json(new { message }, statusCode: status);

    private FakeChannel? Find(HttpRequest request) => _channels.GetValueOrDefault((string)request.RouteValues["channelId"]!);

    private IResult InStasis(HttpRequest request, Action<FakeChannel> does)
    {
        if (Find(request) is not { } channel)
            return Error(404, "Channel not found");
        if (channel.StasisData is null)
            return Error(409, "Channel not in Stasis application");
        if (channel.State is "Down" or "Ringing")
            return Error(412, "Channel in invalid state");
        does(channel);
        return request.Path.Value!.EndsWith("/play", StringComparison.Ordinal)
            ? Results.Json(new { id = request.Query["playbackId"].ToString(), state = "queued" }, statusCode: 201)
            : Results.NoContent();
    }

    private IResult Originate(HttpRequest request)
    {
        var parameters = request.Query.ToDictionary(one => one.Key, one => one.Value.ToString());
        if (_channels.ContainsKey(parameters["channelId"]))
            return Error(409, "Channel with given unique ID already exists");
        if (request.HttpContext.Items["body"] is JsonElement body)
            foreach (var variable in body.GetProperty("variables").EnumerateObject())
                parameters[variable.Name] = variable.Value.GetString()!;
        var channel = new FakeChannel(parameters["channelId"], parameters["extension"])
        {
            State = "Ringing", Context = parameters["context"],
        };
        _channels[channel.Id] = channel;
        Originated.Enqueue(parameters);
        return Results.Json(channel.Json);
    }

    private IResult AddToBridge(HttpRequest request)
    {
        if (!_bridges.TryGetValue((string)request.RouteValues["bridgeId"]!, out var members))
            return Error(404, "Bridge not found");
        foreach (var id in request.Query["channel"].ToString().Split(','))
        {
            if (!_channels.TryGetValue(id, out var channel))
                return Error(400, "Channel not found");
            if (channel.StasisData is null)
                return Error(422, "Channel not in Stasis application");
            members.Add(id);
        }

        return Results.NoContent();
    }

    private IResult Subscribe(HttpRequest request)
    {
        if ((string)request.RouteValues["applicationName"]! != App)
            return Error(404, "Application does not exist.");
        if (!_channels.TryGetValue(request.Query["eventSource"].ToString().Split(':', 2)[1], out var channel))
            return Error(422, "Event source does not exist.");
        channel.Subscribed = true;
        return Results.Json(new
        {
            name = App,
            channel_ids = new[] { channel.Id },
            bridge_ids = Array.Empty<string>(),
            endpoint_ids = Array.Empty<string>(),
            device_names = Array.Empty<string>(),
        });
    }

    private object BridgeJson(string id) => new
    {
        id, technology = "simple_bridge", bridge_type = "mixing", bridge_class = "stasis", creator = "Stasis", name = "",
        channels = _bridges[id], creationtime = "2026-01-31T12:00:00.000+0000",
    };
}
