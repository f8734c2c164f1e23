using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Bodies of requests, read by the routes themselves: what is wrong with one is answered in the dialect's own shape.</summary>
internal static class JsonBody
{
    /// <summary>The body, whatever its type is said to be; nothing if it is empty.</summary>
    /// <exception cref="CallException">It is no JSON, or too large.</exception>
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

    /// <summary>The body; nothing if it cannot be read. For what must happen whatever the body is.</summary>
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
