namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// Whether a request was made by a page of this very origin: browsers send cookies along whoever asks, and <c>SameSite</c> knows sites,
/// which all subdomains of one share, and no origins.
/// </summary>
internal static class OwnPage
{
    /// <summary>The header that a page sends where browsers send no <c>Sec-Fetch-Site</c>; no page of another origin may.</summary>
    public const string Mark = "X-Calls-Admin";

    /// <summary>Whether a request was made by an own page, or by the user who typed an address.</summary>
    public static bool Made(HttpRequest request)
    {
        var headers = request.Headers;
        return Made(
            Text(headers["Sec-Fetch-Site"]), Text(headers.Origin), request.Host.Value, headers.ContainsKey(Mark), HttpMethods.IsGet(request.Method));
    }

    /// <summary>The rule.</summary>
    /// <param name="site">The browser's word for where the request comes from (Fetch Metadata); null from plain http and older browsers.</param>
    /// <param name="origin">The origin of the page, if the browser says it.</param>
    /// <param name="host">To which host the request was sent.</param>
    /// <param name="marked">Whether the page's own header came along.</param>
    /// <param name="reads">Whether the request changes nothing.</param>
    public static bool Made(string? site, string? origin, string? host, bool marked, bool reads) => site switch
    {
        "same-origin" => true,
        "none" => reads,
        null => marked && (origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Authority == host)),
        _ => false,
    };

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
