using System.Text.Json;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Dialects.PlainSockets;

namespace OrleansCalls.Gateway.Dialects.Notifications;

/// <summary>The routes and sockets of dialect <c>notifications</c>.</summary>
internal static class NotificationRoutes
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        PlainSocketHost.Map(app, "/ws/notifications/", context => Serve(context, purpose: null)).RequireAuthorization();
        PlainSocketHost.Map(app, "/ws/chat/{conversationId}/", context => Serve(context, ChatOf(context))).RequireAuthorization();
        app.MapPost("/calls/initiate/", Initiate).RequireAuthorization()
            .WithTags("Dialect 001").WithName("initiateNotificationCall").MayFail(CallErrorCode.Conflict)
            .Shaped(
                "id: callId, call_id: callId, caller_id: userId, caller_username: text, call_type: voice|video, conversation_id: text?, "
                + "receiver_id: userId, status: text, end_reason: text?, created_at: time",
                "receiver_id: id, call_type: text, conversation_id?: id, ring_seconds?: whole", StatusCodes.Status201Created)
            .WithSummary("Starts a call");
    }

    private static string ChatOf(HttpContext context) =>
        Check.Id(context.Request.RouteValues["conversationId"] as string, "conversation_id", CallLimits.ConversationId);

    private static async Task Serve(HttpContext context, string? purpose)
    {
        var services = context.RequestServices;
        var dialect = services.GetRequiredService<NotificationDialect>();
        var user = context.User;
        // A page has a socket for notifications and one for its chat.
        var client = DialectClient.Of(dialect, user, context.Request, TokenReader.Bearer(context.Request)) with
        {
            Page = context.Connection.RemoteIpAddress?.ToString() ?? "",
        };
        using var socket = await services.GetRequiredService<PlainSocketHost>().Accept(context, purpose);
        socket.CloseAt(services.GetRequiredService<TokenReader>().GoodUntil(user));
        var sessions = services.GetRequiredService<DialectSessions>();
        var attaching = sessions.Attach(dialect, client, socket);
        try
        {
            await socket.Run(
                async (name, body) => await (await attaching).Receive(socket, name, body),
                error => dialect.Refuse(socket, callId: null, error));
        }
        finally
        {
            sessions.Detach(await attaching, socket);
        }
    }

    // The request has no device: the caller's device is the one that sends the first offer.
    private static async Task<IResult> Initiate(RestCaller me, JsonElement body, CallCommands calls)
    {
        var call = await calls.Start(me.Actor with { DeviceId = null }, new StartCallRequest
        {
            CalleeIds = [body.Text("receiver_id") ?? throw CallException.Invalid("receiver_id is missing.")],
            Media = body.Media("call_type"),
            ConversationId = body.Text("conversation_id"),
            RingSeconds = body.Whole("ring_seconds"),
        });
        var answer = NotificationDialect.Described(call);
        answer["id"] = call.CallId;
        answer["receiver_id"] = call.Legs[0].UserId;
        answer["status"] = call.State.Wire();
        answer["end_reason"] = call.EndReason?.Wire();
        answer["created_at"] = DialectFields.Json(call.CreatedAt);
        return new JsonAnswer(answer, StatusCodes.Status201Created);
    }
}
