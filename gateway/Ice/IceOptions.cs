using System.Text;

namespace OrleansCalls.Gateway.Ice;

/// <summary>The STUN and TURN servers sent to clients. Section <c>Ice</c>.</summary>
public sealed record IceOptions
{
    /// <summary>STUN URLs.</summary>
    public required ImmutableArray<string> StunUrls { get; init; }

    /// <summary>TURN URLs.</summary>
    public required ImmutableArray<string> TurnUrls { get; init; }

    /// <summary>The secret shared with the TURN servers (coturn's static-auth-secret); null without TURN.</summary>
    public required byte[]? TurnSecret { get; init; }

    /// <summary>The lifetime of a credential.</summary>
    public required TimeSpan TurnTtl { get; init; }

    /// <summary>Reads the section.</summary>
    public static IceOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var options = new IceOptions
        {
            StunUrls = Urls(settings, "Ice__StunUrls", "stun:", "stuns:"),
            TurnUrls = Urls(settings, "Ice__TurnUrls", "turn:", "turns:"),
            TurnSecret = settings.Text("Ice__TurnSecret") is { } secret ? Encoding.UTF8.GetBytes(secret) : null,
            TurnTtl = settings.Time("Ice__TurnTtl", 3600, 60, 7 * 24 * 3600),
        };
        if (options.TurnUrls.Length > 0 && options.TurnSecret is null)
            settings.Wrong("Ice__TurnSecret", "must be set together with Ice__TurnUrls");
        return options;
    }

    private static ImmutableArray<string> Urls(SettingsReader settings, string name, string scheme, string secureScheme)
    {
        var urls = settings.List(name);
        if (!urls.All(url => StartsWith(url, scheme) || StartsWith(url, secureScheme)))
            settings.Wrong(name, $"must hold addresses that start with {scheme} or {secureScheme}");
        return urls;

        static bool StartsWith(string url, string scheme) =>
            url.StartsWith(scheme, StringComparison.Ordinal) && url.Length > scheme.Length;
    }
}
