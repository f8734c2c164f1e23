using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// Sign-in on the admin page with an OpenID Connect issuer: authorization code with PKCE; this server redeems the code.
/// </summary>
internal static class OidcSignIn
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "AdminOidc";

    private const string Page = "/admin/";
    private const string Ways = "/admin/sign-in";
    private const string Begin = "/admin/sign-in/oidc";
    private const string Callback = "/admin/sign-in/callback";
    private const int LongestProblem = 300;
    private static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SignInTime = TimeSpan.FromMinutes(10);

    public static void AddOidcSignIn(
        this AuthenticationBuilder builder, OidcOptions options) => builder.AddOpenIdConnect(Scheme, oidc =>
    {
        oidc.Authority = options.Authority;
        oidc.RequireHttpsMetadata = options.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        oidc.ClientId = options.ClientId;
        oidc.ClientSecret = options.ClientSecret;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        // A form posted by the issuer's page would lack the SameSite cookies of the sign-in.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes)
            oidc.Scope.Add(scope);
        oidc.CallbackPath = Callback;
        // Only this service ends sessions; sign-out by the issuer is not supported.
        (oidc.RemoteSignOutPath, oidc.SignedOutCallbackPath) = (PathString.Empty, PathString.Empty);
        // The handler requires a sign-in scheme; it is never used, since SignIn below creates the session.
        oidc.SignInScheme = AdminCookieHandler.Scheme;
        // Claims keep the names they have in the token, as everywhere in this service.
        oidc.MapInboundClaims = false;
        oidc.SaveTokens = false;
        oidc.TokenValidationParameters.NameClaimType = "name";
        oidc.TokenValidationParameters.RoleClaimType = "roles";
        oidc.DataProtectionProvider = SharedSecretProtector.Of(options.ClientSecret);
        oidc.BackchannelTimeout = IssuerTimeout;
        oidc.RemoteAuthenticationTimeout = SignInTime;
        foreach (var cookie in (CookieBuilder[])[oidc.CorrelationCookie, oidc.NonceCookie])
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        oidc.Events = new OpenIdConnectEvents
        {
            OnTicketReceived = SignIn,
            OnRemoteFailure = Failed,
            OnAccessDenied = context => Back(context, "cancelled"),
        };
    });

    /// <summary>Maps the routes with which the admin page signs in.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app, AdminOptions options)
    {
        var issuer = options.Oidc is { } oidc ? new Uri(oidc.Authority).Host : null;
        app.MapGet(Ways, () => TypedResults.Ok(new SignInWaysView(issuer))).ExcludeFromDescription();
        if (options.Oidc is not null)
            app.MapGet(Begin, BeginSignIn).ExcludeFromDescription();
    }

    private static async Task BeginSignIn(HttpContext context, ILogger<AdminSessions> log)
    {
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = Page });
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException)
        {
            GatewayLog.IssuerAway(log, exception);
            context.Response.Redirect(FaultPage("issuer_away"));
        }
    }

    private static async Task SignIn(TicketReceivedContext context)
    {
        context.HandleResponse();
        try
        {
            await context.HttpContext.RequestServices.GetRequiredService<AdminSessions>().Open(
                context.HttpContext, context.Principal!);
            context.Response.Redirect(Page);
        }
        catch (Exception exception)
        {
            var failure = Failure.Of(exception, Callback, userId: null, LogOf(context));
            context.Response.Redirect(FaultPage(failure.Error.Code.Wire()));
        }
    }

    // A callback without a sign-in that began here is not logged: anybody can send one. The page shows the error.
    private static Task Failed(RemoteFailureContext context)
    {
        if (context.Properties is not null && context.Failure is { } failure)
            GatewayLog.SignInFailed(LogOf(context), Line(failure.Message));
        return Back(context, "failed");
    }

    private static Task Back(HandleRequestContext<RemoteAuthenticationOptions> context, string fault)
    {
        context.Response.Redirect(FaultPage(fault));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static ILogger LogOf(BaseContext<RemoteAuthenticationOptions> context) =>
        context.HttpContext.RequestServices.GetRequiredService<ILogger<AdminSessions>>();

    // The issuer's error is untrusted text.
    private static string Line(string message) => string.Concat(message.Where(c => !char.IsControl(c)).Take(LongestProblem));

    private static string FaultPage(string fault) => $"{Page}#/sign-in/{fault}";
}
