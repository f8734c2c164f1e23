using Orleans.Dashboard;

namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// Orleans' dashboard for operators. It is served under the path of the admin cookie, so that the cookie and admin tokens both
/// authenticate it.
/// </summary>
internal static class DashboardPage
{
    public const string Path = "/api/v1/admin/dashboard";

    // This path shows any grain's stored state: push tokens, and the keys that sign action tokens.
    private const string States = Path + "/GrainState";

    // The dashboard loads nothing from other origins.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Blocks grain state and sets the Content-Security-Policy. Must run before routing.</summary>
    public static void UseDashboardPolicy(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path))
            return next(context);
        if (context.Request.Path.StartsWithSegments(States))
            throw new CallException(CallErrorCode.NotFound, "The state of grains is not shown here.");
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });

    public static void MapDashboard(this IEndpointRouteBuilder app) =>
        app.MapOrleansDashboard(Path).RequireAuthorization(AuthSetup.AdminPolicy);
}
