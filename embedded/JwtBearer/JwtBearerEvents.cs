using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What an application may look at and change while a request is authenticated.</summary>
public class JwtBearerEvents
{
    /// <summary>A token was not believed.</summary>
    public Func<AuthenticationFailedContext, Task> OnAuthenticationFailed { get; set; } = _ => Task.CompletedTask;

    /// <summary>Somebody is known but may not do this.</summary>
    public Func<ForbiddenContext, Task> OnForbidden { get; set; } = _ => Task.CompletedTask;

    /// <summary>Before a token is looked for; a token may be given here.</summary>
    public Func<MessageReceivedContext, Task> OnMessageReceived { get; set; } = _ => Task.CompletedTask;

    /// <summary>A token was believed.</summary>
    public Func<TokenValidatedContext, Task> OnTokenValidated { get; set; } = _ => Task.CompletedTask;

    /// <summary>Before the answer 401 is written.</summary>
    public Func<JwtBearerChallengeContext, Task> OnChallenge { get; set; } = _ => Task.CompletedTask;

    /// <summary>Calls <see cref="OnAuthenticationFailed"/>.</summary>
    public virtual Task AuthenticationFailed(AuthenticationFailedContext context) => OnAuthenticationFailed(context);

    /// <summary>Calls <see cref="OnForbidden"/>.</summary>
    public virtual Task Forbidden(ForbiddenContext context) => OnForbidden(context);

    /// <summary>Calls <see cref="OnMessageReceived"/>.</summary>
    public virtual Task MessageReceived(MessageReceivedContext context) => OnMessageReceived(context);

    /// <summary>Calls <see cref="OnTokenValidated"/>.</summary>
    public virtual Task TokenValidated(TokenValidatedContext context) => OnTokenValidated(context);

    /// <summary>Calls <see cref="OnChallenge"/>.</summary>
    public virtual Task Challenge(JwtBearerChallengeContext context) => OnChallenge(context);
}

/// <summary>Before a token is looked for.</summary>
public class MessageReceivedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
    : ResultContext<JwtBearerOptions>(context, scheme, options)
{
    /// <summary>The token to use; the header is looked at when this stays null.</summary>
    public string? Token { get; set; }
}

/// <summary>A token was believed.</summary>
public class TokenValidatedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
    : ResultContext<JwtBearerOptions>(context, scheme, options)
{
    /// <summary>The token.</summary>
    public SecurityToken SecurityToken { get; set; } = null!;
}

/// <summary>A token was not believed, or could not be looked at.</summary>
public class AuthenticationFailedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
    : ResultContext<JwtBearerOptions>(context, scheme, options)
{
    /// <summary>Why.</summary>
    public Exception Exception { get; set; } = null!;
}

/// <summary>Somebody is known but may not do this.</summary>
public class ForbiddenContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
    : ResultContext<JwtBearerOptions>(context, scheme, options);

/// <summary>Before the answer 401 is written.</summary>
public class JwtBearerChallengeContext(
    HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options, AuthenticationProperties properties)
    : PropertiesContext<JwtBearerOptions>(context, scheme, options, properties)
{
    /// <summary>Why authentication failed; null when there was no token.</summary>
    public Exception? AuthenticateFailure { get; set; }

    /// <summary><c>error</c> in <c>WWW-Authenticate</c> (RFC 6750).</summary>
    public string? Error { get; set; }

    /// <summary><c>error_description</c> in <c>WWW-Authenticate</c>.</summary>
    public string? ErrorDescription { get; set; }

    /// <summary><c>error_uri</c> in <c>WWW-Authenticate</c>.</summary>
    public string? ErrorUri { get; set; }

    /// <summary>Whether the application writes the answer itself.</summary>
    public bool Handled { get; private set; }

    /// <summary>The application writes the answer itself.</summary>
    public void HandleResponse() => Handled = true;
}
