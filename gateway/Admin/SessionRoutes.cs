using System.Globalization;

namespace OrleansCalls.Gateway.Admin;

/// <summary>Sign-in on the admin page by a token, and sign-out.</summary>
internal static class SessionRoutes
{
    /// <summary>Maps <c>/admin/session</c>.</summary>
    public static void MapAdminSession(this IEndpointRouteBuilder admin)
    {
        var session = admin.MapGroup("/session");
        session.MapPost("",
            async (HttpContext context, AdminSessions sessions) => TypedResults.Ok(await sessions.Open(context, context.User)))
            .WithName("signInOperator").WithSummary("Exchanges the bearer token for the admin page's cookie")
            .WithDescription(
                "The cookie `calls-admin` is HttpOnly and SameSite=Strict, is sent to `/api/v1/admin` alone, and is accepted from pages of this origin alone. "
                    +
                "It ends with the token, or after `Admin__SessionMinutes`.");
        session.MapGet("", (HttpContext context) => TypedResults.Ok(Of(context)))
            .WithName("getOperatorSession").WithSummary("Who is signed in, and until when");
        session.MapDelete("", async (HttpContext context, AdminSessions sessions) =>
            {
                await sessions.Close(context);
                return TypedResults.NoContent();
            })
            .WithName("signOutOperator").WithSummary("Ends the session: no copy of its cookie is accepted any more");
    }

    private static AdminSessionView Of(HttpContext context) => new(
        context.User.UserId(), context.User.DisplayName(),
        DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(context.User.FindFirst("exp")!.Value, NumberStyles.None, CultureInfo.InvariantCulture)));
}
