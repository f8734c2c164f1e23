using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Default values.</summary>
public static class JwtBearerDefaults
{
    /// <summary>Name of the scheme when none is given.</summary>
    public const string AuthenticationScheme = "Bearer";
}

/// <summary>How bearer tokens are read and believed.</summary>
public class JwtBearerOptions : AuthenticationSchemeOptions
{
    /// <summary>Whether the provider must be reached by https. Only ever false in development.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>Address of the discovery document; made from <see cref="Authority"/> when not given.</summary>
    public string? MetadataAddress { get; set; }

    /// <summary>Address of the OpenID provider whose tokens are believed.</summary>
    public string? Authority { get; set; }

    /// <summary>The audience tokens must be for, unless <see cref="TokenValidationParameters"/> names one.</summary>
    public string? Audience { get; set; }

    /// <summary>The value of <c>WWW-Authenticate</c> without details.</summary>
    public string Challenge { get; set; } = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>What happens on the way.</summary>
    public new JwtBearerEvents Events
    {
        get => (JwtBearerEvents)base.Events!;
        set => base.Events = value;
    }

    /// <summary>The handler that reaches the provider; tests put their own.</summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }

    /// <summary>How long the provider may take.</summary>
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What a token must be to be believed.</summary>
    public TokenValidationParameters TokenValidationParameters { get; set; } = new();

    /// <summary>Whether a token signed with an unknown key makes the provider's keys be fetched again.</summary>
    public bool RefreshOnIssuerKeyNotFound { get; set; } = true;

    /// <summary>Whether the token is kept in <see cref="AuthenticationProperties"/>.</summary>
    public bool SaveToken { get; set; } = true;

    /// <summary>Whether <c>WWW-Authenticate</c> says what was wrong with a token.</summary>
    public bool IncludeErrorDetails { get; set; } = true;

    /// <summary>Whether <c>sub</c>, <c>role</c> and the like get the long names of WS-Federation.</summary>
    public bool MapInboundClaims { get; set; } = true;

    /// <summary>How old the provider's keys may get before they are fetched again.</summary>
    public TimeSpan AutomaticRefreshInterval { get; set; } = TimeSpan.FromHours(12);

    /// <summary>The least time between two fetches of the provider's keys.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    internal AuthorityMetadata? Metadata { get; set; }
}

/// <summary>Fills in what follows from other options, once all of them have been set.</summary>
internal sealed class JwtBearerPostConfigureOptions : IPostConfigureOptions<JwtBearerOptions>
{
    /// <summary>Discovery documents and key sets are a few kilobytes.</summary>
    private const int MaximumDocumentSize = 1024 * 1024;

    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        if (string.IsNullOrEmpty(options.TokenValidationParameters.ValidAudience) && !string.IsNullOrEmpty(options.Audience))
            options.TokenValidationParameters.ValidAudience = options.Audience;
        if (string.IsNullOrEmpty(options.MetadataAddress) && !string.IsNullOrEmpty(options.Authority))
            options.MetadataAddress = options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        if (string.IsNullOrEmpty(options.MetadataAddress))
            return;
        if (!Uri.TryCreate(options.MetadataAddress, UriKind.Absolute, out var address))
            throw new InvalidOperationException($"Authority '{options.MetadataAddress}' is no absolute address.");
        if (options.RequireHttpsMetadata && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException(
                "The MetadataAddress or Authority must use HTTPS unless disabled for development by setting RequireHttpsMetadata=false.");
        }

        var client = new HttpClient(options.BackchannelHttpHandler ?? new SocketsHttpHandler(), options.BackchannelHttpHandler is null)
        {
            Timeout = options.BackchannelTimeout,
            MaxResponseContentBufferSize = MaximumDocumentSize,
        };
        options.Metadata = new AuthorityMetadata(client, address, options.RequireHttpsMetadata, options);
    }
}
