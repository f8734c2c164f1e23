using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo.Push;

/// <summary>Who carries pushes: section <c>Push</c>. A provider that is not set up is off, and the service runs without it.</summary>
public sealed class PushOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Push";

    /// <summary>Seconds after which one request to a provider is given up and tried again; 1 to 30.</summary>
    public int AttemptTimeoutSeconds { get; set; } = 5;

    /// <summary>Firebase Cloud Messaging.</summary>
    public FcmOptions Fcm { get; set; } = new();

    /// <summary>Apple's PushKit.</summary>
    public ApnsOptions Apns { get; set; } = new();

    /// <summary>Browsers' push services.</summary>
    public WebPushOptions WebPush { get; set; } = new();

    internal TimeSpan AttemptTimeout => TimeSpan.FromSeconds(AttemptTimeoutSeconds);

    /// <summary>Sets the options from their section.</summary>
    internal void Read(IConfiguration section)
    {
        section.Bind(this);
        WebPush.Read(section.GetSection(nameof(WebPush)));
    }
}

/// <summary>FCM: section <c>Push:Fcm</c>.</summary>
public sealed class FcmOptions
{
    /// <summary>File of a service account's key, as Firebase's console gives it.</summary>
    public string? CredentialsFile { get; set; }

    /// <summary>Take the machine's own credentials (Google's Application Default Credentials) when there is no file.</summary>
    public bool UseApplicationDefault { get; set; }

    /// <summary>The Firebase project; out of the credentials when they name one.</summary>
    public string? ProjectId { get; set; }

    /// <summary>Another address than Google's, for a proxy or a test.</summary>
    public string? Endpoint { get; set; }

    internal bool IsOn => !string.IsNullOrWhiteSpace(CredentialsFile) || UseApplicationDefault;
}

/// <summary>APNs for PushKit: section <c>Push:Apns</c>. On as soon as a key is named.</summary>
public sealed class ApnsOptions
{
    /// <summary>File of the ES256 key (<c>.p8</c>), as Apple's developer site gives it.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The key's id, 10 characters.</summary>
    public string? KeyId { get; set; }

    /// <summary>The team's id, 10 characters.</summary>
    public string? TeamId { get; set; }

    /// <summary>The app's bundle id; <c>.voip</c> is added to it.</summary>
    public string? BundleId { get; set; }

    /// <summary><c>production</c> or <c>sandbox</c>.</summary>
    public string Environment { get; set; } = "production";

    /// <summary>Another address than Apple's, for a proxy or a test.</summary>
    public string? Endpoint { get; set; }

    internal bool IsOn => !string.IsNullOrWhiteSpace(KeyFile);

    internal Uri Address => new(Endpoint
        ?? (Environment == "sandbox" ? "https://api.sandbox.push.apple.com" : "https://api.push.apple.com"));
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="PushOptions"/>.</summary>
internal sealed class PushOptionsValidator : IValidateOptions<PushOptions>
{
    private const int IdLength = 10;

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        List<string> faults = [];
        if (options.AttemptTimeoutSeconds is < 1 or > 30)
            faults.Add($"Push__AttemptTimeoutSeconds must be 1 to 30, not {options.AttemptTimeoutSeconds}.");
        Check(options.Fcm, faults);
        Check(options.Apns, faults);
        faults.AddRange(options.WebPush.Faults());
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(FcmOptions fcm, List<string> faults)
    {
        if (!string.IsNullOrWhiteSpace(fcm.CredentialsFile) && !File.Exists(fcm.CredentialsFile))
            faults.Add("Push__Fcm__CredentialsFile must name a file that can be read.");
        if (fcm.Endpoint is not null && !IsAddress(fcm.Endpoint))
            faults.Add("Push__Fcm__Endpoint must be an http or https address.");
    }

    private static void Check(ApnsOptions apns, List<string> faults)
    {
        if (apns.Environment is not ("production" or "sandbox"))
            faults.Add($"Push__Apns__Environment must be 'production' or 'sandbox', not '{apns.Environment}'.");
        if (apns.Endpoint is not null && !IsAddress(apns.Endpoint))
            faults.Add("Push__Apns__Endpoint must be an http or https address.");
        if (!apns.IsOn)
        {
            if (apns.KeyId is not null || apns.TeamId is not null || apns.BundleId is not null)
                faults.Add("Push__Apns__KeyFile must name the key that the other Push__Apns settings belong to.");
            return;
        }

        if (!IsKey(apns.KeyFile!))
            faults.Add("Push__Apns__KeyFile must name a .p8 file with a P-256 key.");
        if (apns.KeyId?.Length != IdLength)
            faults.Add($"Push__Apns__KeyId must be the key's id of {IdLength} characters.");
        if (apns.TeamId?.Length != IdLength)
            faults.Add($"Push__Apns__TeamId must be the team's id of {IdLength} characters.");
        if (string.IsNullOrWhiteSpace(apns.BundleId))
            faults.Add("Push__Apns__BundleId must be the app's bundle id.");
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

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
