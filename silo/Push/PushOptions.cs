using System.Security.Cryptography;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo.Push;

/// <summary>
/// The push providers: section <c>Push</c>. Providers without settings are off, and the service runs without them.
/// </summary>
public sealed record PushOptions
{
    /// <summary>The timeout of one request to a provider; 1 to 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Firebase Cloud Messaging; null: off.</summary>
    public FcmOptions? Fcm { get; init; }

    /// <summary>Apple's PushKit; null: off.</summary>
    public ApnsOptions? Apns { get; init; }

    /// <summary>Browsers' push services; null: off.</summary>
    public WebPushOptions? WebPush { get; init; }

    internal static PushOptions Read(SettingsReader settings) => new()
    {
        AttemptTimeout = settings.Time("Push__AttemptTimeoutSeconds", 5, 1, 30),
        Fcm = FcmOptions.Read(settings),
        Apns = ApnsOptions.Read(settings),
        WebPush = WebPushOptions.Read(settings),
    };
}

/// <summary>FCM: section <c>Push:Fcm</c>. On when credentials are set.</summary>
public sealed record FcmOptions
{
    /// <summary>
    /// The key file of a service account, from Firebase's console; null for Google's Application Default Credentials.
    /// </summary>
    public required string? CredentialsFile { get; init; }

    /// <summary>The Firebase project; by default the credentials' own.</summary>
    public required string? ProjectId { get; init; }

    /// <summary>A URL instead of Google's, for a proxy or a test.</summary>
    public required Uri? Endpoint { get; init; }

    internal static FcmOptions? Read(SettingsReader settings)
    {
        var options = new FcmOptions
        {
            CredentialsFile = settings.Text("Push__Fcm__CredentialsFile"),
            ProjectId = settings.Text("Push__Fcm__ProjectId"),
            Endpoint = settings.Url("Push__Fcm__Endpoint"),
        };
        if (options.CredentialsFile is not null && !File.Exists(options.CredentialsFile))
            settings.Wrong("Push__Fcm__CredentialsFile", "must name a file that can be read");
        return settings.Flag("Push__Fcm__UseApplicationDefault") || options.CredentialsFile is not null ? options : null;
    }
}

/// <summary>APNs for PushKit: section <c>Push:Apns</c>. On when a key is set.</summary>
public sealed record ApnsOptions
{
    private const int IdLength = 10;

    /// <summary>The file of the ES256 key (<c>.p8</c>), from Apple's developer site.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The key's id, 10 characters.</summary>
    public required string KeyId { get; init; }

    /// <summary>The team's id, 10 characters.</summary>
    public required string TeamId { get; init; }

    /// <summary>The app's bundle id; <c>.voip</c> is added to it.</summary>
    public required string BundleId { get; init; }

    /// <summary>Apple's production or sandbox URL, or another one for a proxy or a test.</summary>
    public required Uri Endpoint { get; init; }

    internal static ApnsOptions? Read(SettingsReader settings)
    {
        var environment = settings.Word("Push__Apns__Environment", "production", "sandbox") == "sandbox" ? "sandbox." : "";
        var endpoint = settings.Url("Push__Apns__Endpoint") ?? new Uri($"https://api.{environment}push.apple.com");
        var (file, keyId, teamId, bundleId) = (settings.Text("Push__Apns__KeyFile"), settings.Text("Push__Apns__KeyId"),
            settings.Text("Push__Apns__TeamId"), settings.Text("Push__Apns__BundleId"));
        if (file is null)
        {
            if ((keyId ?? teamId ?? bundleId) is not null)
                settings.Wrong("Push__Apns__KeyFile", "must name the key that the other Push__Apns settings belong to");
            return null;
        }

        if (!IsKey(file))
            settings.Wrong("Push__Apns__KeyFile", "must name a .p8 file with a P-256 key");
        if (keyId?.Length != IdLength)
            settings.Wrong("Push__Apns__KeyId", $"must be the key's id of {IdLength} characters");
        if (teamId?.Length != IdLength)
            settings.Wrong("Push__Apns__TeamId", $"must be the team's id of {IdLength} characters");
        if (bundleId is null)
            settings.Wrong("Push__Apns__BundleId", "must be the app's bundle id");
        return keyId is null || teamId is null || bundleId is null ? null
            : new ApnsOptions { KeyFile = file, KeyId = keyId, TeamId = teamId, BundleId = bundleId, Endpoint = endpoint };
    }

    private static bool IsKey(string file)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            return key.KeySize == 256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
