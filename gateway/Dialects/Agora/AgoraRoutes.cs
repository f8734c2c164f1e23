using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>The REST routes of dialect <c>agora</c>.</summary>
internal static class AgoraRoutes
{
    private const string Tag = "Dialect 002";
    private const int MostShown = 1000;
    private static readonly ImmutableArray<string> Spoken = [SocketIoDialects.SharedName];

    /// <summary>Registers the dialect.</summary>
    public static void AddAgora(this IServiceCollection services) =>
        services.AddSingleton<AgoraDialect>().AddSingleton<AgoraPresence>().AddSingleton<AgoraEmission>()
            .AddSingleton<RestRejection>().AddSingleton<AgoraHealth>();

    /// <summary>Maps its routes.</summary>
    /// <param name="app">The application.</param>
    /// <param name="rejectsRooms">Whether to map the reject route that this dialect shares with <c>rooms</c>.</param>
    public static void MapAgora(this IEndpointRouteBuilder app, bool rejectsRooms)
    {
        Describe(app.MapPost("/calls/{callId}/reject", Reject)).WithName("rejectAgoraCall");
        if (rejectsRooms)
            Describe(app.MapPost("/api/calls/{callId}/reject", Reject)).WithName("rejectAgoraCallUnderApi");
        app.MapGet("/health", (AgoraHealth health) => health.Show()).AllowAnonymous()
            .WithTags(Tag).WithName("getAgoraHealth").WithSummary("How this process is doing")
            .Shaped(
                "status: ok|draining, connectedUsers: whole, activeCalls: whole, timestamp: millis",
                otherStatus: StatusCodes.Status503ServiceUnavailable);

        var operators = app.MapGroup("/api").RequireAuthorization(AuthSetup.AdminPolicy).WithTags(Tag);
        operators.MapGet("/users/{userId}/online", (string userId, AgoraEmission emission) => emission.Online(userId))
            .WithName("isUserOnline").Shaped("isOnline: flag, socketId: text?")
            .WithSummary("Whether a user is connected, and the socket to emit to");
        operators.MapGet("/connected-users", Connected).WithName("listConnectedUsers")
            .Shaped("count: whole, users: [{userId: userId, socketId: text}]")
            .WithSummary("Users connected to this process");
        operators.MapPost("/emit", (HttpContext context, AgoraEmission emission) => emission.Emit(context))
            .WithName("emit").MayFail(CallErrorCode.NotFound)
            .Shaped("success: true, message: text", "socketId: text, event: text, data?: object", error: "error: text")
            .WithSummary("Emits an event to one device");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder reject) => reject.RequireAuthorization().WithTags(Tag)
        .OptionalBody().MayFail(CallErrorCode.Conflict)
        .Shaped("success: true, message: text", "reason?: text", error: SuccessAnswers.RefusedShape)
        .WithSummary("Declines a call");

    private static Task<IResult> Reject(
        HttpContext context, string callId, RestRejection rejection, RequestDevices devices, SuccessAnswers answers) =>
        answers.Answer(context, $"{DialectNames.Agora} reject", async body =>
        {
            var me = RestCaller.Of(context, callId).Actor;
            var actor = await devices.ActorOf(context, me, TokenReader.Bearer(context.Request), Spoken);
            await rejection.Reject(actor, callId, body.Reason());
            return new JsonObject { ["message"] = RestRejection.Done };
        }, RestRejection.Failed, needsBody: false);

    private static JsonAnswer Connected(ConnectionRegistry registry)
    {
        var users = registry.All.Take(MostShown).Select(connection => (JsonNode)new JsonObject
        {
            ["userId"] = connection.Actor.UserId,
            ["socketId"] = AgoraEmission.SocketIdOf(connection.Lease, connection.Actor.UserId),
        });
        return new JsonAnswer(new JsonObject { ["count"] = registry.Count, ["users"] = new JsonArray([.. users]) });
    }
}
