namespace FirebaseAdmin.Messaging;

/// <summary>A message for one device.</summary>
internal sealed class Message
{
    /// <summary>The device's registration token.</summary>
    public string? Token { get; set; }

    /// <summary>The entries that the app receives.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; set; }

    public AndroidConfig? Android { get; set; }

    public WebpushConfig? Webpush { get; set; }

    public ApnsConfig? Apns { get; set; }
}

/// <summary>The priority of a message on Android.</summary>
internal enum Priority
{
    /// <summary>Delivered when the device wakes.</summary>
    Normal,

    /// <summary>Wakes the device.</summary>
    High,
}

/// <summary>Options for Android devices.</summary>
internal sealed class AndroidConfig
{
    public Priority? Priority { get; set; }

    /// <summary>How long FCM keeps the message for an unreachable device.</summary>
    public TimeSpan? TimeToLive { get; set; }
}

/// <summary>Options for browsers.</summary>
internal sealed class WebpushConfig
{
    /// <summary>Headers of Web Push (RFC 8030), such as <c>TTL</c> and <c>Urgency</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }
}

/// <summary>Options for Apple devices.</summary>
internal sealed class ApnsConfig
{
    /// <summary>Headers of APNs, such as <c>apns-priority</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    public Aps? Aps { get; set; }
}

/// <summary>The <c>aps</c> member of an APNs payload.</summary>
internal sealed class Aps
{
    public ApsAlert? Alert { get; set; }

    /// <summary>The name of the sound.</summary>
    public string? Sound { get; set; }

    /// <summary>Wakes the app beside the alert.</summary>
    public bool ContentAvailable { get; set; }

    /// <summary>Lets the app change the alert before it is displayed.</summary>
    public bool MutableContent { get; set; }

    /// <summary>Alerts of one thread are displayed as a group.</summary>
    public string? ThreadId { get; set; }
}

/// <summary>The alert of an APNs payload.</summary>
internal sealed class ApsAlert
{
    public string? Title { get; set; }

    public string? Body { get; set; }
}
