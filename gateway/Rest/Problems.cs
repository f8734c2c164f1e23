using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Rest;

/// <summary>Every error of every route as problem+json, whether we threw it or the framework only set a status.</summary>
internal sealed class Problems(RequestDelegate next, IOptions<JsonOptions> json, ILogger<Problems> log)
{
    private const string ContentType = "application/problem+json";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var traceId = Faults.CurrentTraceId();
            var error = Faults.ToError(exception, traceId);
            var userId = context.User.FindFirst("sub")?.Value;
            if (error.Code == CallErrorCode.Internal)
                GatewayLog.Defect(log, exception, context.Request.Path, userId, traceId);
            else if (exception is not (CallException or BadHttpRequestException))
                GatewayLog.Unavailable(log, exception, context.Request.Path, userId);
            var status = exception is BadHttpRequestException bad ? bad.StatusCode : StatusOf(error.Code);
            await Write(context, status, error, traceId, (exception as CallException)?.Call);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null)
            await Write(context, response.StatusCode, Of(response.StatusCode), Faults.CurrentTraceId(), null);
    }

    /// <summary>The HTTP status of an error.</summary>
    internal static int StatusOf(CallErrorCode code) => code switch
    {
        CallErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        CallErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        CallErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        CallErrorCode.NotFound => StatusCodes.Status404NotFound,
        CallErrorCode.Conflict => StatusCodes.Status409Conflict,
        CallErrorCode.Ended => StatusCodes.Status410Gone,
        CallErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        CallErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        CallErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        CallErrorCode.Internal => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The name of an error.</summary>
    internal static string TypeOf(CallErrorCode code) => $"urn:orleans-calls:{code.Wire()}";

    private static CallError Of(int status)
    {
        var (code, detail) = status switch
        {
            401 => (CallErrorCode.Unauthenticated, "A valid bearer token is needed."),
            403 => (CallErrorCode.Forbidden, "This token is not good for that."),
            404 => (CallErrorCode.NotFound, "There is nothing here."),
            405 => (CallErrorCode.InvalidArgument, "This address does not take that method."),
            413 => (CallErrorCode.TooLarge, "The request is larger than this service takes."),
            415 => (CallErrorCode.InvalidArgument, "The body must be JSON."),
            429 => (CallErrorCode.RateLimited, "Too many requests."),
            >= 500 => (CallErrorCode.Unavailable, "A part of the service is away."),
            _ => (CallErrorCode.InvalidArgument, "The request cannot be understood."),
        };
        return new CallError { Code = code, Detail = detail };
    }

    private async Task Write(HttpContext context, int status, CallError error, string traceId, Call? call)
    {
        var response = context.Response;
        response.StatusCode = status;
        int? retryAfter = error.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;
        if (retryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        var problem = new ProblemView
        {
            Type = TypeOf(error.Code),
            Title = TitleOf(error.Code),
            Status = status,
            Code = error.Code.Wire(),
            Detail = error.Detail,
            TraceId = traceId,
            Call = call is null ? null : call,
            RetryAfter = retryAfter,
        };
        await response.WriteAsJsonAsync(problem, json.Value.SerializerOptions, ContentType);
    }

    /// <summary>An error in words.</summary>
    internal static string TitleOf(CallErrorCode code) => code switch
    {
        CallErrorCode.InvalidArgument => "The request is not right",
        CallErrorCode.Unauthenticated => "Who are you?",
        CallErrorCode.Forbidden => "Not for you",
        CallErrorCode.NotFound => "Not found",
        CallErrorCode.Conflict => "Not in this state",
        CallErrorCode.Ended => "The call is over",
        CallErrorCode.TooLarge => "Too large",
        CallErrorCode.RateLimited => "Too often",
        CallErrorCode.Unavailable => "Try again",
        CallErrorCode.Internal => "Something is wrong on our side",
    };
}
