using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

// See Enums.cs.

/// <summary>The state of a device's media path, as RTCPeerConnection's <c>connectionState</c> names it.</summary>
[JsonConverter(typeof(WireEnum<MediaState>))]
public enum MediaState
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>ICE and DTLS are under way.</summary>
    Connecting,

    /// <summary>Media can flow.</summary>
    Connected,

    /// <summary>Lost, may recover without an ICE restart.</summary>
    Disconnected,

    /// <summary>Lost; an ICE restart is needed.</summary>
    Failed,
}

/// <summary>The route of media.</summary>
[JsonConverter(typeof(WireEnum<MediaRoute>))]
public enum MediaRoute
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Direct, in one network.</summary>
    Host,

    /// <summary>Through a NAT, by an address from a STUN server.</summary>
    Srflx,

    /// <summary>Through a NAT, by an address that the other side saw.</summary>
    Prflx,

    /// <summary>Through a TURN server.</summary>
    Relay,
}

/// <summary>The quality of a device's media path.</summary>
[JsonConverter(typeof(WireEnum<MediaLevel>))]
public enum MediaLevel
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>No perceptible disturbance.</summary>
    Good,

    /// <summary>Interruptions.</summary>
    Fair,

    /// <summary>Conversation is impossible.</summary>
    Poor,
}
