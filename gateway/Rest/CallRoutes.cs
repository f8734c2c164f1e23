using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCalls.Gateway.Descriptions;

namespace OrleansCalls.Gateway.Rest;

/// <summary>Routes for the calls of a user, used by app back ends and by devices without a socket.</summary>
internal static class CallRoutes
{
    /// <summary>Maps <c>/calls</c>.</summary>
    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls");

        calls.MapPost("", async (RestCaller me, StartCallRequest? body, CallCommands commands) =>
                TypedResults.Ok(await commands.Start(me.Actor, body)))
            .WithName("startCall").MayFail(CallErrorCode.Conflict).WithSummary("Starts a call; idempotent by callId");
        calls.MapGet("", List).WithName("listCalls").Words("state", "all", "missed", "open")
            .AnswersAnyOf(typeof(Page<Call>), typeof(Page<PastCallView>)).WithSummary("My calls, newest first");
        calls.MapPost("/missed/ack", async (RestCaller me, AckMissedRequest? body, UserCommands users) =>
            {
                await users.AckMissed(me.Actor, body);
                return TypedResults.NoContent();
            })
            .WithName("ackMissedCalls").WithSummary("Marks missed calls up to a time as seen");

        calls.MapGet("/{callId}", async (RestCaller me, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.Get(me.Actor, callId)))
            .AllowActionTokens().WithName("getCall").WithSummary("The current state of the call");
        calls.MapGet("/{callId}/offer", async (RestCaller me, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.RequestOffer(me.Actor, callId)))
            .AllowActionTokens().WithName("getOffer").MayFail(CallErrorCode.Conflict, CallErrorCode.Ended)
            .WithSummary("The caller's offer, for a callee");
        calls.MapPost("/{callId}/ringing", async (RestCaller me, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.AckRinging(me.Actor, callId)))
            .AllowActionTokens().WithName("ackRinging").MayFail(CallErrorCode.Conflict, CallErrorCode.Ended)
            .WithSummary("This device is alerting");
        calls.MapPost("/{callId}/accept", async (RestCaller me, string callId, AcceptCallRequest? body, CallCommands commands) =>
                TypedResults.Ok(await commands.Accept(me.Actor, (body ?? new()) with { CallId = callId })))
            .AllowActionTokens().OptionalBody().WithName("acceptCall").MayFail(CallErrorCode.Conflict, CallErrorCode.Ended)
            .WithSummary("Accepts the call on this device");
        calls.MapPost("/{callId}/ready", async (RestCaller me, string callId, ReadyCallRequest? body, CallCommands commands) =>
                TypedResults.Ok(await commands.Ready(me.Actor, (body ?? new()) with { CallId = callId })))
            .AllowActionTokens().OptionalBody().WithName("readyCall").MayFail(CallErrorCode.Conflict, CallErrorCode.Ended)
            .WithSummary("This device is ready for media");
        calls.MapPost("/{callId}/reject", async (RestCaller me, HttpContext context, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.Reject(me.Actor, await ReasonIn(context, callId))))
            .Accepts<ReasonRequest>(isOptional: true, "application/json", "*/*").AllowActionTokens()
            .OptionalBody().WithName("rejectCall").MayFail(CallErrorCode.Conflict).WithSummary("Declines");
        calls.MapPost("/{callId}/end", async (RestCaller me, HttpContext context, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.End(me.Actor, await ReasonIn(context, callId))))
            .Accepts<ReasonRequest>(isOptional: true, "application/json", "*/*")
            .OptionalBody().WithName("endCall").MayFail(CallErrorCode.Conflict).WithSummary("Cancels or hangs up");
        calls.MapPost("/{callId}/silence", async (RestCaller me, string callId, CallCommands commands) =>
            {
                await commands.Silence(me.Actor, callId);
                return TypedResults.NoContent();
            })
            .WithName("silenceCall").WithSummary("Stops the ringing on my devices");
        calls.MapPost("/{callId}/invite", async (RestCaller me, string callId, InviteRequest? body, CallCommands commands) =>
                TypedResults.Ok(await commands.Invite(me.Actor, Check.Body(body) with { CallId = callId })))
            .WithName("inviteToCall").MayFail(CallErrorCode.Conflict, CallErrorCode.Ended)
            .WithSummary("Rings more people into a live call");
        calls.MapPost("/{callId}/signals", async (RestCaller me, string callId, SendSignalRequest? body, CallCommands commands) =>
            {
                await commands.Signal(me.Actor, Check.Body(body) with { CallId = callId });
                return TypedResults.NoContent();
            })
            .WithName("sendSignal").WithSummary("Passes a signal to the peer device");
    }

    // Read here instead of bound: a body that cannot be read has no reason, and the call ends all the same.
    private static async Task<ReasonRequest> ReasonIn(HttpContext context, string callId) =>
        new() { CallId = callId, Reason = (await JsonBody.ReadIfAny(context)).Reason() };

    private static async Task<Results<Ok<Page<Call>>, Ok<Page<PastCallView>>>> List(
        RestCaller me, CallCommands commands, UserCommands users, string? state, string? before, int? limit)
    {
        switch (state ?? "all")
        {
            case "open":
                return TypedResults.Ok(new Page<Call>(await commands.GetOpen(me.Actor)));
            case "missed" or "all":
                var query = new HistoryRequest { Before = before, Limit = limit, MissedOnly = state == "missed" };
                return TypedResults.Ok(await users.GetHistory(me.Actor, query));
            default:
                throw CallException.Invalid("state must be open, missed or all.");
        }
    }
}
