using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Responses with <c>success</c>, shared by several dialects: <c>{success: true, message, ...}</c>, and <c>{success: false,
/// error: {code, message}}</c> with codes in upper case.
/// </summary>
public sealed class SuccessAnswers(CommandGate gate)
{
    /// <summary>The shape of an error.</summary>
    internal const string RefusedShape =
        "success: false, error: {code: text, message: text}, callId?: callId, status?: text, reason?: text?";

    /// <summary>Runs a command and returns its result or its error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="command">The command's name in the log.</param>
    /// <param name="run">The command, which receives the request's body.</param>
    /// <param name="failed">The message of an internal error.</param>
    /// <param name="needsBody">False for commands that end a call: a body that cannot be read is ignored.</param>
    public Task<IResult> Answer(
        HttpContext context, string command, Func<JsonElement, Task<JsonObject>> run, string? failed = null,
        bool needsBody = true) =>
        gate.Answer(context, command, async () =>
        {
            var answer = await run(await (needsBody ? JsonBody.Read(context) : JsonBody.ReadIfAny(context)));
            answer.Insert(0, "success", true);
            return new JsonAnswer(answer);
        }, failure => new JsonAnswer(Refused(failure, failed), failure.Status));

    private static JsonObject Refused(Failure failure, string? failed)
    {
        var (error, call) = (failure.Error, failure.Call);
        var refused = new JsonObject
        {
            ["success"] = false,
            ["error"] = new JsonObject { ["code"] = Capitals(error.Code), ["message"] = DetailOf(error, failed) },
        };
        if (call is not null)
        {
            refused["callId"] = call.CallId;
            refused["status"] = call.State.Wire();
            refused["reason"] = call.EndReason?.Wire();
        }

        return refused;
    }

    private static string DetailOf(CallError error, string? failed) =>
        error.Code == CallErrorCode.Internal && failed is not null ? failed : error.Detail;

    private static string Capitals(CallErrorCode code) =>
        code == CallErrorCode.Internal ? "INTERNAL_ERROR" : code.Wire().ToUpperInvariant();
}
