namespace FirebaseAdmin.Messaging;

/// <summary>A message for one device.</summary>
internal sealed class Message
{
    /// <summary>The device's registration token.</summary>
    public string? Token { get; set; }

    /// <summary>What the app is given.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; set; }

    /// <summary>What the system shows.</summary>
    public Notification? Notification { get; set; }

    /// <summary>For Android only.</summary>
    public AndroidConfig? Android { get; set; }

    /// <summary>For browsers only.</summary>
    public WebpushConfig? Webpush { get; set; }

    /// <summary>For Apple devices only.</summary>
    public ApnsConfig? Apns { get; set; }
}

/// <summary>What the system shows.</summary>
internal sealed class Notification
{
    /// <summary>First line.</summary>
    public string? Title { get; set; }

    /// <summary>The rest.</summary>
    public string? Body { get; set; }
}

/// <summary>How much a message may cost a sleeping device.</summary>
internal enum Priority
{
    /// <summary>When it wakes anyway.</summary>
    Normal,

    /// <summary>Now.</summary>
    High,
}

/// <summary>For Android only.</summary>
internal sealed class AndroidConfig
{
    /// <summary>Of several with one key only the newest is delivered.</summary>
    public string? CollapseKey { get; set; }

    /// <summary>How much it may cost.</summary>
    public Priority? Priority { get; set; }

    /// <summary>How long FCM keeps it for a device that is away.</summary>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>In place of the message's data.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; set; }
}

/// <summary>For browsers only.</summary>
internal sealed class WebpushConfig
{
    /// <summary>Headers of Web Push (RFC 8030), such as <c>TTL</c> and <c>Urgency</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    /// <summary>In place of the message's data.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; set; }
}

/// <summary>For Apple devices only.</summary>
internal sealed class ApnsConfig
{
    /// <summary>Headers of APNs, such as <c>apns-priority</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    /// <summary>What the system acts on.</summary>
    public Aps? Aps { get; set; }

    /// <summary>More members of the payload, beside <c>aps</c>.</summary>
    public IDictionary<string, object>? CustomData { get; set; }
}

/// <summary>What an Apple system acts on.</summary>
internal sealed class Aps
{
    /// <summary>What it shows.</summary>
    public ApsAlert? Alert { get; set; }

    /// <summary>The number on the app's icon.</summary>
    public int? Badge { get; set; }

    /// <summary>The sound's name.</summary>
    public string? Sound { get; set; }

    /// <summary>Wakes the app.</summary>
    public bool ContentAvailable { get; set; }

    /// <summary>Lets the app change what is shown.</summary>
    public bool MutableContent { get; set; }

    /// <summary>Which actions are offered.</summary>
    public string? Category { get; set; }

    /// <summary>What is grouped together.</summary>
    public string? ThreadId { get; set; }
}

/// <summary>What an Apple system shows.</summary>
internal sealed class ApsAlert
{
    /// <summary>First line.</summary>
    public string? Title { get; set; }

    /// <summary>The rest.</summary>
    public string? Body { get; set; }
}
