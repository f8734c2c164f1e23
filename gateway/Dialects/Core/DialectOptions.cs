namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Which dialects are spoken. Section <c>Dialects</c>.</summary>
public sealed record DialectOptions
{
    private static readonly ImmutableArray<string> Known = ["000", "001", "002", "003", "004"];
    private static readonly ImmutableArray<string> OverSocketIo = ["000", "002", "003"];

    /// <summary>Those that are not.</summary>
    public required ImmutableArray<string> Disabled { get; init; }

    /// <summary>Where clients find this service, if it is not where their requests say; without a slash at its end.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>Those in which a Socket.IO client is spoken to that has not yet shown which is its own.</summary>
    public required ImmutableArray<string> SocketIo { get; init; }

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
        var socketIo = settings.List("SocketIo");
        if (socketIo.Any(name => !OverSocketIo.Contains(name)))
        {
            throw settings.Wrong(
                "SocketIo", $"must hold names of dialects over Socket.IO ({string.Join(", ", OverSocketIo)}), with commas");
        }

        return new DialectOptions
        {
            // Clients of 003 say who they are before they expect to be told anything.
            Disabled = disabled, PublicUrl = url?.TrimEnd('/'), SocketIo = socketIo.IsEmpty ? ["000", "002"] : socketIo,
        };
    }
}
