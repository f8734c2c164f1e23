using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Reads request bodies inside the routes, so that errors have the dialect's own shape.</summary>
internal static class JsonBody
{
    /// <summary>Returns the body, whatever its content type; undefined if it is empty.</summary>
    /// <exception cref="CallException">The body is not JSON, or too large.</exception>
    public static async Task<JsonElement> Read(HttpContext context)
    {
        try
        {
            using var text = new MemoryStream();
            await context.Request.Body.CopyToAsync(text, context.RequestAborted);
            return text.Length == 0 ? default : JsonElement.Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
        }
        catch (Exception exception) when (exception is JsonException or BadHttpRequestException)
        {
            throw new CallException(Faults.ToError(exception, Faults.CurrentTraceId()));
        }
    }

    /// <summary>
    /// Returns the body; undefined if it cannot be read. For commands that must succeed whatever the body is.
    /// </summary>
    public static async Task<JsonElement> ReadIfAny(HttpContext context)
    {
        try
        {
            return await Read(context);
        }
        catch (CallException)
        {
            return default;
        }
    }
}
