using System.Globalization;
using FirebaseAdmin.Messaging;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>
/// Builds FCM messages (firebase.google.com/docs/reference/fcm/rest/v1/projects.messages): data messages, with alerts for Apple
/// devices only.
/// </summary>
internal static class FcmMessage
{
    /// <summary>Builds the message.</summary>
    internal static Message Of(PushMessage push, DateTimeOffset now) => new()
    {
        Token = push.Token,
        Data = PushPayload.Data(push, now),
        // No collapse key: a call must not replace another.
        Android = new AndroidConfig { Priority = Priority.High, TimeToLive = Life(push) },
        Webpush = new WebpushConfig
        {
            Headers = new Dictionary<string, string>
            {
                ["TTL"] = ((long)Life(push).TotalSeconds).ToString(CultureInfo.InvariantCulture),
                ["Urgency"] = "high",
            },
        },
        Apns = push.Type switch
        {
            PushType.CallCancelled => null,
            PushType.TestRing => Background(push, now),
            _ => Alert(push, now),
        },
    };

    /// <summary>
    /// An iPhone without a PushKit token can only show an alert, since data alone does not wake it. The app may change the text
    /// (<c>mutable-content</c>).
    /// </summary>
    private static ApnsConfig Alert(PushMessage push, DateTimeOffset now) => new()
    {
        Headers = new Dictionary<string, string>
        {
            ["apns-push-type"] = "alert",
            ["apns-priority"] = "10",
            ["apns-expiration"] = (now + Life(push)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            // The alert of a missed call replaces the one of its ring.
            ["apns-collapse-id"] = push.CallId,
        },
        Aps = new Aps
        {
            Alert = new ApsAlert
            {
                Title = push.CallerName.Length > 0 ? push.CallerName : push.CallerId,
                Body = push.Type == PushType.CallMissed
                    ? "Missed call"
                    : push.Media == CallMedia.Video ? "Incoming video call" : "Incoming call",
            },
            Sound = "default",
            MutableContent = true,
            // Also wakes an app that is not running.
            ContentAvailable = push.Type == PushType.CallIncoming,
            ThreadId = push.ConversationId ?? push.CallerId,
        },
    };

    /// <summary>
    /// Wakes an iPhone's app silently. iOS throttles these pushes, delays them in low-power mode, and drops them for apps
    /// closed by the user (developer.apple.com/documentation/usernotifications/pushing-background-updates-to-your-app).
    /// </summary>
    private static ApnsConfig Background(PushMessage push, DateTimeOffset now) => new()
    {
        Headers = new Dictionary<string, string>
        {
            ["apns-push-type"] = "background",
            ["apns-priority"] = "5",
            ["apns-expiration"] = (now + Life(push)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        },
        Aps = new Aps { ContentAvailable = true },
    };

    private static TimeSpan Life(PushMessage push) => push.TimeToLive > TimeSpan.Zero ? push.TimeToLive : TimeSpan.Zero;
}
