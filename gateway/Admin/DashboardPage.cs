using Orleans.Dashboard;

namespace OrleansCalls.Gateway.Admin;

/// <summary>Orleans' dashboard, for operators: below the path of the admin page's cookie, so that it takes that and an admin's token.</summary>
internal static class DashboardPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/v1/admin/dashboard";

    // It shows any grain's stored state: push tokens, and the keys that sign action tokens.
    private const string States = Path + "/GrainState";

    // All of it is served from here.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Refuses what it must not show, and sets its policy. Before routing.</summary>
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

    /// <summary>Maps it.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app) =>
        app.MapOrleansDashboard(Path).RequireAuthorization(AuthSetup.AdminPolicy);
}
