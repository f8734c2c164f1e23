namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// Decides whether a page of this origin made a request. Browsers attach cookies to requests of any page, and <c>SameSite</c>
/// compares sites, which all subdomains share, not origins.
/// </summary>
internal static class SameOrigin
{
    /// <summary>
    /// The header that the page sets for browsers without <c>Sec-Fetch-Site</c>; pages of other origins cannot set it.
    /// </summary>
    public const string Mark = "X-Calls-Admin";

    /// <summary>Returns true if a page of this origin, or a user who entered the address, made the request.</summary>
    public static bool IsFrom(HttpRequest request)
    {
        var headers = request.Headers;
        return IsFrom(
            Text(headers["Sec-Fetch-Site"]), Text(headers.Origin), request.Host.Value, headers.ContainsKey(Mark),
            HttpMethods.IsGet(request.Method));
    }

    /// <summary>The rule behind <see cref="IsFrom(HttpRequest)"/>.</summary>
    /// <param name="site">
    /// The value of <c>Sec-Fetch-Site</c> (Fetch Metadata); null over plain HTTP and from older browsers.
    /// </param>
    /// <param name="origin">The page's origin; null if the browser sends none.</param>
    /// <param name="host">The host that the request was sent to.</param>
    /// <param name="marked">Whether the request has the header <see cref="Mark"/>.</param>
    /// <param name="reads">Whether the method is safe (changes nothing).</param>
    public static bool IsFrom(string? site, string? origin, string? host, bool marked, bool reads) => site switch
    {
        "same-origin" => true,
        "none" => reads,
        null => marked && (origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Authority == host)),
        _ => false,
    };

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) =>
        header.Count == 0 ? null : header.ToString();
}
