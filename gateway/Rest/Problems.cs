using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Rest;

/// <summary>
/// Returns every error of every route as problem+json, whether thrown here or set as a status by the framework.
/// </summary>
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
            // The client has disconnected.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await Write(context, Failure.Of(exception, context.Request.Path, context, log));
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null)
            await Write(context, new Failure(Of(response.StatusCode), response.StatusCode, Faults.CurrentTraceId(), Call: null));
    }

    /// <summary>Returns the URN of an error code.</summary>
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

    private async Task Write(HttpContext context, Failure failure)
    {
        var (error, response) = (failure.Error, context.Response);
        response.StatusCode = failure.Status;
        response.Headers.CacheControl = "no-store";
        var problem = new ProblemView
        {
            Type = TypeOf(error.Code),
            Title = TitleOf(error.Code),
            Status = failure.Status,
            Code = error.Code.Wire(),
            Detail = error.Detail,
            TraceId = failure.TraceId,
            Call = failure.Call,
            RetryAfter = failure.RetryAfter,
        };
        await response.WriteAsJsonAsync(problem, json.Value.SerializerOptions, ContentType);
    }

    /// <summary>Returns the title of an error code.</summary>
    internal static string TitleOf(CallErrorCode code) => code switch
    {
        CallErrorCode.InvalidArgument => "Invalid request",
        CallErrorCode.Unauthenticated => "Unauthenticated",
        CallErrorCode.Forbidden => "Forbidden",
        CallErrorCode.NotFound => "Not found",
        CallErrorCode.Conflict => "Conflict",
        CallErrorCode.Ended => "Call ended",
        CallErrorCode.TooLarge => "Too large",
        CallErrorCode.RateLimited => "Rate limited",
        CallErrorCode.Unavailable => "Unavailable",
        CallErrorCode.Internal => "Internal error",
    };
}
