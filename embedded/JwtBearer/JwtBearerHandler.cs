using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Finds out by its bearer token who makes a request.</summary>
public class JwtBearerHandler(IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<JwtBearerOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    /// <summary>The application's own steps.</summary>
    protected new JwtBearerEvents Events
    {
        get => (JwtBearerEvents)base.Events!;
        set => base.Events = value;
    }

    /// <inheritdoc />
    protected override Task<object> CreateEventsAsync() => Task.FromResult<object>(new JwtBearerEvents());

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var received = new MessageReceivedContext(Context, Scheme, Options);
            await Events.MessageReceived(received);
            if (received.Result is not null)
                return received.Result;
            var token = received.Token;
            if (string.IsNullOrEmpty(token))
            {
                var header = Request.Headers.Authorization.ToString();
                if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                    token = header[Prefix.Length..].Trim();
            }

            if (string.IsNullOrEmpty(token))
                return AuthenticateResult.NoResult();
            var outcome = await Validate(token);
            return outcome.Identity is null ? await Fail(outcome.Fault!) : await Succeed(token, outcome);
        }
        catch (Exception e) when (e is not OperationCanceledException || !Context.RequestAborted.IsCancellationRequested)
        {
            // Not the token's fault, the provider is away for example: told to the application, then an error like any other.
            var failed = new AuthenticationFailedContext(Context, Scheme, Options) { Exception = e };
            await Events.AuthenticationFailed(failed);
            if (failed.Result is not null)
                return failed.Result;
            throw;
        }
    }

    private async Task<TokenOutcome> Validate(string token)
    {
        var authority = Options.Metadata is null ? null : await Options.Metadata.Get(Context.RequestAborted);
        var outcome = Look(authority);
        if (outcome.Fault is not SecurityTokenSignatureKeyNotFoundException || authority is null || !Options.RefreshOnIssuerKeyNotFound)
            return outcome;
        var fresh = await Options.Metadata!.Refresh(authority, Context.RequestAborted);
        return ReferenceEquals(fresh, authority) ? outcome : Look(fresh);

        TokenOutcome Look(AuthorityKeys? keys) =>
            TokenValidator.Validate(token, Options.TokenValidationParameters, keys, Options.MapInboundClaims, TimeProvider.GetUtcNow());
    }

    private async Task<AuthenticateResult> Succeed(string token, TokenOutcome outcome)
    {
        var validated = new TokenValidatedContext(Context, Scheme, Options)
        {
            Principal = new ClaimsPrincipal(outcome.Identity!),
            SecurityToken = outcome.Token!,
        };
        // SignalR closes a socket when its token expires, and finds the time here.
        validated.Properties.ExpiresUtc = Known(outcome.Token!.ValidTo);
        validated.Properties.IssuedUtc = Known(outcome.Token.ValidFrom);
        await Events.TokenValidated(validated);
        if (validated.Result is not null)
            return validated.Result;
        if (Options.SaveToken)
            validated.Properties.StoreTokens([new AuthenticationToken { Name = "access_token", Value = token }]);
        validated.Success();
        return validated.Result!;
    }

    private async Task<AuthenticateResult> Fail(Exception fault)
    {
        var failed = new AuthenticationFailedContext(Context, Scheme, Options) { Exception = fault };
        await Events.AuthenticationFailed(failed);
        return failed.Result ?? AuthenticateResult.Fail(fault);
    }

    private static DateTimeOffset? Known(DateTime time) => time == DateTime.MinValue ? null : new DateTimeOffset(time, TimeSpan.Zero);

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        var challenge = new JwtBearerChallengeContext(Context, Scheme, Options, properties) { AuthenticateFailure = result.Failure };
        if (challenge.AuthenticateFailure is not null && Options.IncludeErrorDetails)
        {
            challenge.Error = "invalid_token";
            challenge.ErrorDescription = Describe(challenge.AuthenticateFailure);
        }

        await Events.Challenge(challenge);
        if (challenge.Handled)
            return;
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, HeaderFor(challenge));
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Events.Forbidden(new ForbiddenContext(Context, Scheme, Options));
    }

    private string HeaderFor(JwtBearerChallengeContext challenge)
    {
        string?[] values = [challenge.Error, challenge.ErrorDescription, challenge.ErrorUri];
        string[] names = ["error", "error_description", "error_uri"];
        var parts = names.Zip(values).Where(part => !string.IsNullOrEmpty(part.Second)).Select(part => $"{part.First}=\"{part.Second}\"");
        var details = string.Join(", ", parts);
        return details.Length == 0 ? Options.Challenge
            : Options.Challenge.Contains(' ', StringComparison.Ordinal) ? $"{Options.Challenge}, {details}"
            : $"{Options.Challenge} {details}";
    }

    private static string? Describe(Exception fault) => fault switch
    {
        SecurityTokenInvalidAudienceException e => $"The audience '{Printable(e.InvalidAudience)}' is invalid",
        SecurityTokenInvalidIssuerException e => $"The issuer '{Printable(e.InvalidIssuer)}' is invalid",
        SecurityTokenNoExpirationException => "The token has no expiration",
        SecurityTokenInvalidLifetimeException e =>
            $"The token lifetime is invalid; NotBefore: '{Show(e.NotBefore)}', Expires: '{Show(e.Expires)}'",
        SecurityTokenNotYetValidException e => $"The token is not valid before '{Show(e.NotBefore)}'",
        SecurityTokenExpiredException e => $"The token expired at '{Show(e.Expires)}'",
        SecurityTokenSignatureKeyNotFoundException => "The signature key was not found",
        SecurityTokenInvalidSignatureException => "The signature is invalid",
        _ => null,
    };

    private static string Show(DateTime? time) => time?.ToString(CultureInfo.InvariantCulture) ?? "(null)";

    /// <summary>A token's own words stand inside quotation marks in a header: nothing in them may end either.</summary>
    private static string Printable(string? text)
    {
        const int longest = 200;
        var shown = new StringBuilder();
        foreach (var character in (text ?? "(null)").Take(longest))
            shown.Append(character is >= ' ' and <= '~' and not ('"' or '\\') ? character : '?');
        return shown.ToString();
    }
}
