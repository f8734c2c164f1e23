using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>A JSON response of a dialect's route.</summary>
internal sealed class JsonAnswer(JsonObject body, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(body.ToJsonString(), httpContext.RequestAborted);
    }
}
