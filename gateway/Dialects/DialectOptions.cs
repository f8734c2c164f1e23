namespace OrleansCalls.Gateway.Dialects;

/// <summary>Which dialects are spoken. Section <c>Dialects</c>.</summary>
public sealed record DialectOptions
{
    private static readonly ImmutableArray<string> Known = ["000", "001", "002", "003", "004"];

    /// <summary>Those that are not.</summary>
    public required ImmutableArray<string> Disabled { get; init; }

    /// <summary>Where clients find this service, if it is not where their requests say; without a slash at its end.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>Whether a dialect is spoken.</summary>
    public bool Has(string name) => !Disabled.Contains(name);

    /// <summary>Reads the section.</summary>
    public static DialectOptions Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration, "Dialects");
        var disabled = settings.List("Disabled");
        if (disabled.Any(name => !Known.Contains(name)))
            throw settings.Wrong("Disabled", $"must hold names of dialects ({string.Join(", ", Known)}), with commas");
        var url = settings.Text("PublicUrl");
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw settings.Wrong("PublicUrl", "must be an http or https address");
        return new DialectOptions { Disabled = disabled, PublicUrl = url?.TrimEnd('/') };
    }
}
