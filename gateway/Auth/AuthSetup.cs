using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Tokens;
using OrleansCalls.Gateway.Admin;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Authentication schemes and authorization policies.</summary>
internal static class AuthSetup
{
    /// <summary>Routes for operators.</summary>
    public const string AdminPolicy = "admin";

    private const string AnyToken = "AnyToken";

    public static void AddTokenAuth(this IServiceCollection services, AuthOptions options, AdminOptions admin)
    {
        services.AddSingleton(options).AddSingleton<Tokens>();
        services.AddAuthentication(AnyToken)
            .AddPolicyScheme(AnyToken, null, any => any.ForwardDefaultSelector = context =>
                AdminCookieHandler.IsFor(context) ? AdminCookieHandler.Scheme
                : ActionTokenHandler.IsBroughtBy(context) ? ActionTokenHandler.Scheme
                : JwtBearerDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ActionTokenHandler>(ActionTokenHandler.Scheme, null)
            .AddJwtBearer(bearer => Configure(bearer, options))
            .AddAdminSignIn(admin);
        // Nothing here uses the framework's data protection; its key loader would create a key ring in the home folder.
        foreach (var keyRing in services.Where(IsKeyRingLoader).ToList())
            services.Remove(keyRing);
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(IsGoodHere).Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireAssertion(context => context.User.HasRole(Principals.Admin)));
    }

    /// <summary>Accepts action tokens on a route, beside all others.</summary>
    public static RouteHandlerBuilder AllowActionTokens(this RouteHandlerBuilder route) =>
        route.WithMetadata(ActionTokensAllowed.Here);

    /// <summary>Returns true if a route accepts action tokens.</summary>
    public static bool TakesActionTokens(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<ActionTokensAllowed>() is not null;

    // An action token travels in a push, so it authorizes only its one call, and of that only what a woken device needs.
    private static bool IsGoodHere(AuthorizationHandlerContext context) => context.User.OnlyCall() is null
        || (context.Resource as HttpContext)?.GetEndpoint()?.Metadata.GetMetadata<ActionTokensAllowed>() is not null;

    private static bool IsKeyRingLoader(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal";

    private static void Configure(JwtBearerOptions bearer, AuthOptions options)
    {
        // Claims keep the names they have in the token.
        bearer.MapInboundClaims = false;
        // Nothing needs the token again after validation.
        bearer.SaveToken = false;
        bearer.Audience = options.Audience;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidateIssuer = true,
            ValidateAudience = true,
            ValidateLifetime = true,
            ValidAudience = options.Audience,
            ValidIssuer = options.Issuer,
            IssuerSigningKey = options.SigningKey is null ? null : new SymmetricSecurityKey(options.SigningKey),
            // The signing key verifies HS256 only, as settings.md says; an issuer's keys name their own algorithms.
            ValidAlgorithms = options.Authority is null ? [SecurityAlgorithms.HmacSha256] : null,
            ClockSkew = options.ClockSkew,
            NameClaimType = "name",
            RoleClaimType = "roles",
        };
        bearer.Events = new JwtBearerEvents
        {
            // SignalR closes connections at this expiry.
            OnTokenValidated = context =>
            {
                if (context.Properties.ExpiresUtc is { } expiry)
                    context.Properties.ExpiresUtc = options.GoodUntil(expiry);
                return Task.CompletedTask;
            },
        };
        if (options.Authority is null)
            return;
        bearer.Authority = options.Authority;
        bearer.RequireHttpsMetadata = options.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
    }

    private sealed class ActionTokensAllowed
    {
        public static readonly ActionTokensAllowed Here = new();
    }
}
