using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Telephone;

namespace OrleansCalls.Gateway.Dialects.Telephone;

/// <summary>
/// The REST routes of dialect <c>telephone</c>, which translate names and shapes; the rules are those of <see
/// cref="CallCommands"/> and the grains.
/// </summary>
internal static class CallResponseRoutes
{
    /// <summary>The route on which apps respond to calls.</summary>
    public const string Path = "/api/call-response";

    /// <summary>The route with the bridge's four figures, for operators.</summary>
    public const string MetricsPath = "/api/call-metrics";

    public static void MapCallResponse(this IEndpointRouteBuilder app)
    {
        app.MapPost(Path, Answer).RequireAuthorization().AllowActionTokens()
            .WithTags("Dialect 004").WithName("respondToCall")
            .MayFail(CallErrorCode.NotFound, CallErrorCode.Conflict, CallErrorCode.Ended)
            .Shaped(
                "success: true, call: Call",
                "server_call_id: id, extension: id, action: accept|accept_ready|decline|hangup, timestamp?: any",
                error: "success: false, error: text, code: code, call?: Call, traceId: text")
            .WithSummary("Answers a call");
        app.MapGet(MetricsPath, (TelephoneMetrics metrics) => TypedResults.Ok(metrics.Read()))
            .RequireAuthorization(AuthSetup.AdminPolicy)
            .WithTags("Dialect 004").WithName("getTelephoneFigures")
            .WithSummary("Calls of this process' telephone bridge since it started");
    }

    // The body is read here instead of bound, since this dialect's errors have a shape of their own.
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
        // A running app is ready when it accepts.
        CallResponseAction.Accept or CallResponseAction.AcceptReady =>
            commands.Accept(actor, new AcceptCallRequest { CallId = response.ServerCallId, Ready = true }),
        CallResponseAction.Decline => commands.Reject(actor, new ReasonRequest { CallId = response.ServerCallId }),
        CallResponseAction.Hangup => commands.End(actor, new ReasonRequest { CallId = response.ServerCallId }),
    };

    private static JsonHttpResult<CallResponseAnswer> Refusal(Failure failure) => TypedResults.Json(
        new CallResponseAnswer(false, failure.Error.Detail, failure.Error.Code.Wire(), failure.Call, failure.TraceId),
        statusCode: failure.Status);
}
