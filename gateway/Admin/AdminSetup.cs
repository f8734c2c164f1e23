using Microsoft.AspNetCore.Authentication;

namespace OrleansCalls.Gateway.Admin;

/// <summary>What the operators' page needs of the server.</summary>
internal static class AdminSetup
{
    /// <summary>Adds the ways to sign in.</summary>
    public static void AddAdminSignIn(this AuthenticationBuilder authentication, AdminOptions options)
    {
        authentication.Services.AddSingleton(options).AddSingleton<AdminSessions>();
        authentication.AddScheme<AuthenticationSchemeOptions, AdminCookieHandler>(AdminCookieHandler.Scheme, null);
        if (options.Oidc is { } oidc)
            authentication.AddOidcSignIn(oidc);
    }

    /// <summary>Maps what of <c>/admin</c> is the page's own.</summary>
    /// <param name="admin">The group of the operators' routes.</param>
    /// <param name="dashboard">Whether Orleans' dashboard is served here.</param>
    public static void MapAdminPage(this IEndpointRouteBuilder admin, bool dashboard)
    {
        admin.MapAdminSession();
        admin.MapGet("/overview", async (IGrainFactory grains, TimeProvider time) =>
            {
                var (nodes, members) = (grains.GetNodes().GetAll(), grains.GetCluster().GetMembers());
                return TypedResults.Ok(Overview.Of(time.GetUtcNow(), await nodes, await members, dashboard ? DashboardPage.Path + "/" : null));
            })
            .WithName("getOverview").WithSummary("The whole service now: calls, users, devices, processes, queues, pushes");
    }
}
