using Microsoft.AspNetCore.Authentication;

namespace OrleansCalls.Gateway.Admin;

/// <summary>Services and routes of the operators' page.</summary>
internal static class AdminSetup
{
    /// <summary>Adds the authentication schemes of operators.</summary>
    public static void AddAdminSignIn(this AuthenticationBuilder authentication, AdminOptions options)
    {
        authentication.Services.AddSingleton(options).AddSingleton<AdminSessions>();
        authentication.AddScheme<AuthenticationSchemeOptions, AdminCookieHandler>(AdminCookieHandler.Scheme, null);
        if (options.Oidc is { } oidc)
            authentication.AddOidcSignIn(oidc);
    }

    /// <summary>Maps the routes under <c>/admin</c> that only the page uses.</summary>
    /// <param name="admin">The group of the operators' routes.</param>
    /// <param name="dashboard">Whether Orleans' dashboard is served here.</param>
    public static void MapAdminPage(this IEndpointRouteBuilder admin, bool dashboard)
    {
        admin.MapAdminSession();
        admin.MapGet("/overview", async (IGrainFactory grains, TimeProvider time) =>
            {
                var (nodes, members) = (grains.GetNodes().GetAll(), grains.GetCluster().GetMembers());
                return TypedResults.Ok(
                    Overview.Of(time.GetUtcNow(), await nodes, await members, dashboard ? DashboardPage.Path + "/" : null));
            })
            .WithName("getOverview")
            .WithSummary("The state of the whole service: calls, users, devices, processes, queues, pushes");
    }
}
