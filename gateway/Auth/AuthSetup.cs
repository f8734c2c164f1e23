using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Tokens;
using OrleansCalls.Gateway.Admin;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Whose tokens are taken, and for what.</summary>
internal static class AuthSetup
{
    /// <summary>Routes for operators.</summary>
    public const string AdminPolicy = "admin";

    private const string AnyToken = "AnyToken";

    /// <summary>Adds token checks and policies.</summary>
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
        // Nothing here is encrypted with the framework's data protection; without this it would keep a ring of keys in the home folder.
        foreach (var keyRing in services.Where(IsKeyRingLoader).ToList())
            services.Remove(keyRing);
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(IsGoodHere).Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireAssertion(context => context.User.HasRole(Principals.Admin)));
    }

    /// <summary>Lets a route take action tokens beside all others.</summary>
    public static RouteHandlerBuilder AllowActionTokens(this RouteHandlerBuilder route) => route.WithMetadata(ActionTokensAllowed.Here);

    /// <summary>Whether a route takes them.</summary>
    public static bool TakesActionTokens(EndpointMetadataCollection metadata) => metadata.GetMetadata<ActionTokensAllowed>() is not null;

    // An action token travels in a push; it must not open anything but its one call, and of that only what a woken device needs.
    private static bool IsGoodHere(AuthorizationHandlerContext context) => context.User.OnlyCall() is null
        || (context.Resource as HttpContext)?.GetEndpoint()?.Metadata.GetMetadata<ActionTokensAllowed>() is not null;

    private static bool IsKeyRingLoader(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal";

    private static void Configure(JwtBearerOptions bearer, AuthOptions options)
    {
        // Claims keep the names that they have in the token.
        bearer.MapInboundClaims = false;
        // Nobody here needs the token again once it is checked.
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
            // The key signs HS256 alone, as settings.md says; the keys of an issuer name their own algorithms.
            ValidAlgorithms = options.Authority is null ? [SecurityAlgorithms.HmacSha256] : null,
            ClockSkew = options.ClockSkew,
            NameClaimType = "name",
            RoleClaimType = "roles",
        };
        bearer.Events = new JwtBearerEvents
        {
            // SignalR closes its connections by this.
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
