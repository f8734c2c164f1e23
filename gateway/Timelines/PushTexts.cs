using System.Collections.Frozen;

namespace OrleansCalls.Gateway.Timelines;

/// <summary>Explains the errors of pushes: the last word of a <c>push_failed</c> entry.</summary>
public static class PushTexts
{
    private const string OpenApp = "The app gives a new token when it is opened: have the user open it once.";
    private const string Credentials =
        "Check the provider's credentials in the silos' settings (docs/settings.md, Push); no push of this provider gets through.";
    private const string Wait =
        "It was tried again until the ring ended. If it goes on, look at the provider's status page and at the way out of your network.";

    private static readonly FrozenDictionary<string, Explanation> Texts = new Dictionary<string, Explanation>
    {
        ["unregistered"] = new(
            "The push token is no longer registered: the app was removed, or its token renewed. The token was forgotten.",
            OpenApp),
        ["unregistered_before"] = new(
            "The provider says that the token was invalid before the app gave it to this service.",
            OpenApp),
        ["bad_device_token"] = new(
            "Apple does not know the token; it may be of the other environment (sandbox or production).",
            OpenApp),
        ["device_token_not_for_topic"] = new(
            "The token belongs to another app than the configured topic.",
            "Check the bundle id in Push__Apns__Topic."),
        ["sender_id_mismatch"] = new(
            "The token belongs to another Firebase project.",
            "Check that the app and the silos use the same Firebase project."),
        ["invalid_token"] = new("What the app gave is no push token. It was forgotten.", OpenApp),
        ["unsubscribed"] = new(
            "The browser's subscription has ended. It was forgotten.",
            "The user opens the page and allows notifications again."),
        ["vapid_refused"] = new(
            "The push service refused the VAPID key: the browser has subscribed with another one.",
            "The page must subscribe again; check the silos' VAPID keys and clocks."),
        ["payload_too_large"] = new(
            "The push is larger than the push service takes.",
            "Check the length of names and conversation ids."),
        ["endpoint_not_public"] = new("The browser's push address is not on the public internet, and was not called.", OpenApp),
        ["invalid_argument"] = new(
            "The provider refused the push's content.",
            "Report this: the service's push is not what the provider takes."),
        ["refused"] = new("The provider refused the push.", "The silos' log has its answer."),
        ["third_party_auth_error"] = new(
            "Firebase has no valid APNs key for this app.",
            "Upload the APNs key in the Firebase console."),
        ["credentials_refused"] = new("The provider refused this service's credentials.", Credentials),
        ["not_configured"] = new(
            "This provider is not configured in the silos.",
            "Configure it (docs/settings.md, Push), or have the app give another kind of token."),
        ["unauthenticated"] = new("The provider refused this service's credentials.", Credentials),
        ["forbidden"] = new("The provider refused this service's credentials.", Credentials),
        ["invalid_provider_token"] = new("Apple refused this service's credentials.", Credentials),
        ["expired_provider_token"] = new("Apple refused this service's credentials.", Credentials),
        ["missing_provider_token"] = new("Apple refused this service's credentials.", Credentials),
        ["bad_certificate"] = new("Apple refused this service's credentials.", Credentials),
        ["bad_certificate_environment"] = new("Apple refused this service's credentials.", Credentials),
        ["permission_denied"] = new("This service's credentials may not send for that project.", Credentials),
        ["quota_exceeded"] = new("The provider takes no more pushes for now.", Wait),
        ["too_many_requests"] = new("The provider takes no more pushes for now.", Wait),
        ["too_many_provider_token_updates"] = new("Apple takes no new credentials for now.", Wait),
        ["unavailable"] = new("The provider was unavailable.", Wait),
        ["internal"] = new("The push failed inside the provider or this service.", Wait),
        ["provider_down"] = new("The provider has failed so often that it is not asked for a while.", Wait),
        ["unreachable"] = new("The provider could not be reached.", Wait),
        ["connection_lost"] = new("The connection to the provider was lost; whether the push was sent is not known.", Wait),
        ["unreadable"] = new("The provider's answer could not be read; whether the push was sent is not known.", Wait),
        ["no_access_token"] = new("Google gave no access token.", Wait),
        ["given_up"] = new("The push was given up after several attempts.", Wait),
        ["timeout"] = new("The provider did not answer in time; whether the push was sent is not known.", Wait),
        ["invalid_grant"] = new(
            "Google refused this service's credentials: they were revoked, or the silo's clock is wrong.",
            Credentials),
        ["not_a_ring"] = new("PushKit takes nothing but rings, and every push through it must ring."),
        ["taken_back"] = new("The push was taken back: the device answered over its connection, or the ring ended."),
        ["deadline"] = new("The ring ended before the provider took the push.", Wait),
        ["not_needed"] = new("The push was not needed any more: the device answered over its connection, or the ring ended."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The known errors.</summary>
    public static IReadOnlyCollection<string> Errors => Texts.Keys;

    /// <summary>Returns the explanation of an error; null for an error that only the provider defines.</summary>
    public static Explanation? Of(string? error) => error is null ? null : Texts.GetValueOrDefault(error);
}
