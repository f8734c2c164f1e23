using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansCalls.Gateway.Rest;

/// <summary>
/// Decodes the ids in the paths of all routes. ASP.NET Core decodes a path before routing but keeps <c>%2F</c>, so that route
/// values do not distinguish <c>a/b</c> from <c>a%2Fb</c>; only the request line does.
/// </summary>
internal static class PathIds
{
    /// <summary>Reads route values from the request line, after routing and before any use.</summary>
    public static void UsePathIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.RouteValues.Count > 0 && context.GetEndpoint() is RouteEndpoint endpoint)
            Read(context, endpoint.RoutePattern);
        return next(context);
    });

    private static void Read(HttpContext context, RoutePattern pattern)
    {
        string[]? sent = null;
        for (var i = 0; i < pattern.PathSegments.Count; i++)
        {
            if (pattern.PathSegments[i] is not { IsSimple: true } segment
                || segment.Parts[0] is not RoutePatternParameterPart { IsCatchAll: false } id)
                continue;
            // Without a percent sign nothing is encoded.
            if (context.Request.RouteValues[id.Name] is not string value || !value.Contains('%', StringComparison.Ordinal))
                continue;
            sent ??= SegmentsOf(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
            // Dot segments were removed from this path, so that the position of the id is unknown.
            if (sent.Length != pattern.PathSegments.Count)
                throw CallException.Invalid("The path must not hold dot segments.");
            context.Request.RouteValues[id.Name] = IdText.FromPath(sent[i]);
        }
    }

    private static string[] SegmentsOf(string target)
    {
        // A proxy may send the absolute form.
        var start = target.StartsWith('/') ? 0 : target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + 3);
        var path = target[Math.Max(start, 0)..];
        var end = path.IndexOf('?', StringComparison.Ordinal);
        return (end < 0 ? path : path[..end]).Trim('/').Split('/');
    }
}
