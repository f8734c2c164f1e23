namespace OrleansCalls.Gateway.Telephone;

/// <summary>The bridge to an Asterisk, and the users of its extensions. Section <c>Bridge</c>.</summary>
public sealed record BridgeOptions
{
    private const int LongestApp = 24;

    /// <summary>The Asterisk; null for no bridge in this process.</summary>
    public AriOptions? Ari { get; init; }

    /// <summary>The ring time of calls from the telephone network.</summary>
    public required TimeSpan Ring { get; init; }

    /// <summary>How long the busy tone is played before the channel is hung up.</summary>
    public required TimeSpan Busy { get; init; }

    /// <summary>The users of the extensions.</summary>
    public required Extensions Extensions { get; init; }

    /// <summary>Reads the section.</summary>
    public static BridgeOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new BridgeOptions
        {
            Ari = ReadAri(settings),
            Ring = settings.Time("Bridge__RingSeconds", 30, CallLimits.MinRing.TotalSeconds, CallLimits.MaxRing.TotalSeconds),
            Busy = settings.Time("Bridge__BusySeconds", 4, 0, 30),
            Extensions = Extensions.Read(settings),
        };
    }

    private static AriOptions? ReadAri(SettingsReader settings)
    {
        var (url, user, password, app) =
            (settings.Text("Bridge__AriUrl"), settings.Text("Bridge__AriUser"), settings.Text("Bridge__AriPassword"),
                settings.Text("Bridge__App"));
        if (url is null)
        {
            if ((user ?? password ?? app) is not null)
                settings.Wrong("Bridge__AriUrl", "must be set where Bridge__AriUser, Bridge__AriPassword or Bridge__App is");
            return null;
        }

        if (!Uri.TryCreate(url.TrimEnd('/') + '/', UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            settings.Wrong("Bridge__AriUrl", "must be an address such as http://asterisk:8088/ari, without a user or a query");
        if (user is null || user.Contains(':', StringComparison.Ordinal))
            settings.Wrong("Bridge__AriUser", "must be the name of a user in Asterisk's ari.conf");
        if (password is null)
            settings.Wrong("Bridge__AriPassword", "must be that user's password");
        if (app is null || app.Length > LongestApp || !app.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            settings.Wrong(
                "Bridge__App", $"must be the name of the Stasis application, 1 to {LongestApp} characters of A-Z a-z 0-9 _ -");
        return address is null || user is null || password is null || app is null ? null
            : new AriOptions { Url = address, User = user, Password = password, App = app };
    }
}
