using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Telephone;

namespace OrleansCalls.Gateway.Dialects.Telephone;

/// <summary>The REST of document 004: names and shapes. What happens is decided by <see cref="CallCommands"/> and the grains.</summary>
internal static class CallResponseRoutes
{
    /// <summary>Where apps answer.</summary>
    public const string Path = "/api/call-response";

    /// <summary>Where operators read the document's four figures.</summary>
    public const string MetricsPath = "/api/call-metrics";

    /// <summary>Maps both.</summary>
    public static void MapCallResponse(this IEndpointRouteBuilder app)
    {
        app.MapPost(Path, Answer).RequireAuthorization().AllowActionTokens()
            .WithTags("Dialect 004").WithName("respondToCall")
            .MayFail(CallErrorCode.NotFound, CallErrorCode.Conflict, CallErrorCode.Ended)
            .Shaped(
                "success: true, call: Call", "server_call_id: id, extension: id, action: accept|accept_ready|decline|hangup, timestamp?: any",
                error: "success: false, error: text, code: code, call?: Call, traceId: text")
            .WithSummary("Answers a call");
        app.MapGet(MetricsPath, (TelephoneMetrics metrics) => TypedResults.Ok(metrics.Read())).RequireAuthorization(AuthSetup.AdminPolicy)
            .WithTags("Dialect 004").WithName("getTelephoneFigures").WithSummary("Calls of this process' telephone bridge since it started");
    }

    // Everything is read in here, not bound: this dialect's errors have a shape of their own.
    private static Task<IResult> Answer(HttpContext context, CallCommands commands, BridgeOptions bridge, CommandGate gate) =>
        gate.Answer(context, Path, async () =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var response = CallResponse.Read(body.RootElement);
            var actor = RestCaller.Of(context, response.ServerCallId).Actor;
            if (bridge.Extensions.UserOf(response.Extension) != actor.UserId)
                throw CallException.Forbidden("This extension is somebody else's.");
            if (response.Action == CallResponseAction.Hangup && context.User.OnlyCall() is not null)
                throw CallException.Forbidden("An action token answers a call; hanging up needs a token of the app's user.");
            return TypedResults.Ok(new CallResponseAnswer(true, Call: await Carry(response, actor, commands)));
        }, Refusal);

    private static Task<Call> Carry(CallResponse response, Actor actor, CallCommands commands) => response.Action switch
    {
        // An app that was running is as ready as one that says so.
        CallResponseAction.Accept or CallResponseAction.AcceptReady =>
            commands.Accept(actor, new AcceptCallRequest { CallId = response.ServerCallId, Ready = true }),
        CallResponseAction.Decline => commands.Reject(actor, new ReasonRequest { CallId = response.ServerCallId }),
        CallResponseAction.Hangup => commands.End(actor, new ReasonRequest { CallId = response.ServerCallId }),
    };

    private static JsonHttpResult<CallResponseAnswer> Refusal(Failure failure) => TypedResults.Json(
        new CallResponseAnswer(false, failure.Error.Detail, failure.Error.Code.Wire(), failure.Call, failure.TraceId), statusCode: failure.Status);
}
