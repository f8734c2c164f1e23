using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>The REST of dialect 002.</summary>
internal static class AgoraRoutes
{
    private const string Tag = "Dialect 002";
    private const int MostShown = 1000;
    private static readonly ImmutableArray<string> Spoken = [SocketIoSpeech.SpeechName];

    /// <summary>Adds the dialect.</summary>
    public static void AddAgora(this IServiceCollection services) =>
        services.AddSingleton<AgoraDialect>().AddSingleton<AgoraPresence>().AddSingleton<RestRejection>().AddSingleton<AgoraHealth>();

    /// <summary>Maps its routes.</summary>
    /// <param name="app">Where.</param>
    /// <param name="rejectsRooms">Whether the address for declining that dialect 003 has too is to be mapped here.</param>
    public static void MapAgora(this IEndpointRouteBuilder app, bool rejectsRooms)
    {
        app.MapPost("/calls/{callId}/reject", Reject).RequireAuthorization().WithTags(Tag).WithSummary("Declines a call");
        if (rejectsRooms)
            app.MapPost("/api/calls/{callId}/reject", Reject).RequireAuthorization().WithTags(Tag).WithSummary("Declines a call");
        app.MapGet("/health", (AgoraHealth health) => health.Show()).AllowAnonymous()
            .WithTags(Tag).WithSummary("How this process is doing");

        var operators = app.MapGroup("/api").RequireAuthorization(AuthSetup.AdminPolicy).WithTags(Tag);
        operators.MapGet("/users/{userId}/online", Online).WithSummary("Whether somebody is connected, and where to emit to them");
        operators.MapGet("/connected-users", Connected).WithSummary("Who is connected to this process");
        operators.MapPost("/emit", Emit).WithSummary("Emits an event to one device: socketId, event, data");
    }

    /// <summary>Whether Socket.IO keeps an event's name for itself.</summary>
    public static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";

    private static Task<IResult> Reject(
        HttpContext context, string callId, JsonElement? body, RestRejection rejection, RequestDevices devices, SuccessAnswers answers) =>
        answers.Answer(context, "002 reject", async () =>
        {
            var me = RestCaller.Of(context, callId).Actor;
            var actor = await devices.ActorOf(context, me.UserId, me.Name, me.DeviceId, Spoken);
            await rejection.Reject(actor, callId, (body ?? default).Text("reason"));
            return new JsonObject { ["message"] = RestRejection.Done };
        }, RestRejection.Failed);

    private static async Task<IResult> Online(string userId, IGrainFactory grains, Perseverance persevering)
    {
        var id = Check.UserId(userId, "userId");
        var inspection = await persevering.Ask(() => grains.GetUser(id).Inspect());
        var platform = DialectSession.PlatformOf(SocketIoSpeech.SpeechName);
        var connection = inspection.Connections.OrderBy(c => c.Platform == platform).ThenBy(c => c.ConnectedAt).LastOrDefault();
        return new JsonAnswer(new JsonObject
        {
            ["isOnline"] = connection is not null,
            ["socketId"] = connection is null ? null : new SocketId(connection.ConnectionId, id).ToString(),
        });
    }

    private static JsonAnswer Connected(ConnectionRegistry registry)
    {
        var users = registry.All.Take(MostShown).Select(connection => (JsonNode)new JsonObject
        {
            ["userId"] = connection.Actor.UserId,
            ["socketId"] = new SocketId(connection.Lease.ConnectionId, connection.Actor.UserId).ToString(),
        });
        return new JsonAnswer(new JsonObject { ["count"] = registry.Count, ["users"] = new JsonArray([.. users]) });
    }

    private static async Task<IResult> Emit(JsonElement body, IGrainFactory grains, Perseverance persevering)
    {
        if (body.Text("socketId") is not { Length: > 0 } socketId || body.Text("event") is not { Length: > 0 } name)
            return Error("socketId and event are required", StatusCodes.Status400BadRequest);
        if (IsReserved(name) || body.Find("data") is { ValueKind: not JsonValueKind.Object })
            return Error("event must not be one of Socket.IO's own, and data must be an object", StatusCodes.Status400BadRequest);
        var notice = new NotificationReceived
        {
            Type = Check.Id(name, "event", 64), Payload = body.Find("data") is { } data ? Check.Payload(data, required: true) : "{}",
        };
        if (SocketId.Parse(socketId) is not { } id)
            return Error("socketId is none of those that /api/users/{id}/online gives", StatusCodes.Status400BadRequest);
        var user = grains.GetUser(id.UserId);
        var inspection = await persevering.Ask(user.Inspect);
        if (inspection.Connections.FirstOrDefault(c => c.ConnectionId == id.ConnectionId) is not { } connection)
            return Error("socketId is not connected", StatusCodes.Status404NotFound);
        await user.SendNotification(notice, connection.DeviceId);
        return new JsonAnswer(new JsonObject { ["success"] = true, ["message"] = "Event emitted successfully" });
    }

    private static JsonAnswer Error(string error, int status) => new(new JsonObject { ["error"] = error }, status);

    /// <summary>A connection anywhere in the cluster, and whose it is: only the user's grain knows where it is.</summary>
    private sealed record SocketId(string ConnectionId, string UserId)
    {
        public static SocketId? Parse(string text) =>
            text.Split('@', 2) is [{ Length: > 0 } connection, { Length: > 0 and <= CallLimits.UserId } user]
                ? new SocketId(connection, user)
                : null;

        public override string ToString() => $"{ConnectionId}@{UserId}";
    }
}
