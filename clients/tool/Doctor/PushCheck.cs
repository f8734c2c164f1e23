using OrleansCalls.Push;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Push.Apns;
using OrleansCalls.Silo.Push.Fcm;
using OrleansCalls.Silo.Push.WebPush;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tool.Doctor;

/// <summary>The push credentials, tested by a push to a token that does not exist: a provider that accepts the credentials
/// rejects the token.</summary>
internal static class PushCheck
{
    // 32 bytes in hexadecimal, like a device token.
    private const string NobodysToken = "0000000000000000000000000000000000000000000000000000000000000000";

    internal static async Task Fcm(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        if (SettingsReader.Read(context.Settings.Configuration, FcmOptions.Read) is not { } options)
        {
            findings.Skipped("FCM is off: sleeping Android phones do not ring.", "Set Push__Fcm__CredentialsFile to turn it on.");
            return;
        }

        try
        {
            using var fcm = new FcmProvider(options, new PushOptions(), TimeProvider.System);
            Read("FCM", await Ask(fcm, PushType.TestRing, PushProvider.Fcm, cancellation), findings, error => error switch
            {
                "invalid_grant" => ("Google refuses the service account of Push__Fcm__CredentialsFile.",
                    "Its key was revoked, or this machine's clock is minutes off: make a new key in Firebase's console, or set the clock."),
                "permission_denied" => ("FCM knows the service account, and does not let it push for this project.",
                    "Enable the Firebase Cloud Messaging API, give the account the role Firebase Cloud Messaging API Admin, or mend Push__Fcm__ProjectId."),
                _ => (
                    "FCM refuses the credentials.",
                    "Make a new key for the service account in Firebase's console, and name its file in Push__Fcm__CredentialsFile."),
            });
        }
        catch (SettingException wrong)
        {
            findings.Error(wrong.Message, "Fetch the service account's key from Firebase's console again.");
        }
    }

    internal static async Task Apns(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        if (SettingsReader.Read(context.Settings.Configuration, ApnsOptions.Read) is not { } options)
        {
            findings.Skipped("APNs is off: sleeping iPhones do not ring.", "Set Push__Apns__KeyFile to turn it on.");
            return;
        }

        using var apns = new ApnsProvider(options, new PushOptions(), TimeProvider.System);
        // PushKit pushes must ring; this one has no device.
        Read("APNs", await Ask(apns, PushType.CallIncoming, PushProvider.ApnsVoip, cancellation), findings, error => error switch
        {
            "invalid_provider_token" => ("APNs refuses the key: its id, its team or its file do not belong together.",
                "Compare Push__Apns__KeyId and Push__Apns__TeamId with Apple's developer site; the key may have been revoked there."),
            "expired_provider_token" => (
                "APNs finds the token expired that was signed just now: this machine's clock is off.", Skew.Remedy),
            "bad_certificate_environment" or "bad_environment_key_in_token" => (
                "The key is not for this environment of APNs.", "Mend Push__Apns__Environment: production or sandbox."),
            _ => (
                $"APNs refuses the credentials ({error}).",
                "Compare Push__Apns__KeyId, TeamId and BundleId with Apple's developer site."),
        });
    }

    internal static Task WebPush(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        try
        {
            if (SettingsReader.Read(context.Settings.Configuration, WebPushOptions.Read) is null)
                findings.Skipped(
                    "Web Push is off: browsers without an open page do not ring.", "orleanscalls vapid makes a pair of keys.");
            else
                findings.Ok(
                    "The keys for Web Push belong together. Each browser has a push service of its own: a test ring tries one.");
        }
        catch (SettingException wrong)
        {
            findings.Error(wrong.Sentences[0], "orleanscalls vapid makes a new pair; browsers have to subscribe again.");
        }

        return Task.CompletedTask;
    }

    private static Task<ProviderAnswer> Ask(
        IPushProvider provider, PushType type, PushProvider carrier, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        return provider.Send(new PushMessage
        {
            Type = type, UserId = "doctor", DeviceId = "doctor", Provider = carrier, Token = NobodysToken,
            CallId = "doctor", CallerId = "doctor",
            CallerName = "", Media = CallMedia.Audio, RingUntil = now, TimeToLive = TimeSpan.Zero,
        }, cancellation, cancellation);
    }

    private static void Read(
        string name, ProviderAnswer answer, Findings findings, Func<string, (string Sentence, string Remedy)> refused)
    {
        switch (answer.Kind)
        {
            case AnswerKind.Accepted or AnswerKind.TokenGone:
                findings.Ok($"{name} takes the credentials.");
                break;
            case AnswerKind.CredentialsRefused:
                var (sentence, remedy) = refused(answer.Error!);
                findings.Error(sentence, remedy);
                break;
            case AnswerKind.Refused:
                findings.Error(
                    $"{name} refuses the push itself ({answer.Error}).",
                    "The bundle id or the project may be another app's; compare the settings with the provider's console.");
                break;
            default:
                findings.Error(
                    $"{name} does not answer as it should ({answer.Error}).",
                    "Look whether this machine may reach the provider (443 outwards, a proxy), and whether the provider is down.");
                break;
        }
    }
}
