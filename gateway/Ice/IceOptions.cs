using System.Text;

namespace OrleansCalls.Gateway.Ice;

/// <summary>The STUN and TURN servers that clients are told of. Section <c>Ice</c>.</summary>
public sealed record IceOptions
{
    /// <summary>STUN addresses.</summary>
    public required ImmutableArray<string> StunUrls { get; init; }

    /// <summary>TURN addresses.</summary>
    public required ImmutableArray<string> TurnUrls { get; init; }

    /// <summary>The secret shared with the TURN servers (coturn's static-auth-secret); null without TURN.</summary>
    public required byte[]? TurnSecret { get; init; }

    /// <summary>For how long a credential holds.</summary>
    public required TimeSpan TurnTtl { get; init; }

    /// <summary>Reads the section.</summary>
    public static IceOptions Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration, "Ice");
        var options = new IceOptions
        {
            StunUrls = Urls(settings, "StunUrls", "stun:", "stuns:"),
            TurnUrls = Urls(settings, "TurnUrls", "turn:", "turns:"),
            TurnSecret = settings.Text("TurnSecret") is { } secret ? Encoding.UTF8.GetBytes(secret) : null,
            TurnTtl = TimeSpan.FromSeconds(settings.Whole("TurnTtl", 3600, 60, 7 * 24 * 3600)),
        };
        if (options.TurnUrls.Length > 0 && options.TurnSecret is null)
            throw settings.Wrong("TurnSecret", "must be set together with Ice__TurnUrls");
        return options;
    }

    private static ImmutableArray<string> Urls(SettingsReader settings, string name, string scheme, string secureScheme)
    {
        var urls = settings.List(name);
        return urls.All(u => (u.StartsWith(scheme, StringComparison.Ordinal) && u.Length > scheme.Length)
                || (u.StartsWith(secureScheme, StringComparison.Ordinal) && u.Length > secureScheme.Length))
            ? urls
            : throw settings.Wrong(name, $"must hold addresses that start with {scheme} or {secureScheme}");
    }
}
