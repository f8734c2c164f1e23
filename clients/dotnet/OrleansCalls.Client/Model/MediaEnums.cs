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

/// <summary>How media travel.</summary>
[JsonConverter(typeof(WireEnum<MediaRoute>))]
public enum MediaRoute
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Directly, in one network.</summary>
    Host,

    /// <summary>Past a NAT, by an address that a STUN server told.</summary>
    Srflx,

    /// <summary>Past a NAT, by an address that the other side saw.</summary>
    Prflx,

    /// <summary>Through a TURN server.</summary>
    Relay,
}

/// <summary>A device's media path in one word.</summary>
[JsonConverter(typeof(WireEnum<MediaLevel>))]
public enum MediaLevel
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Nobody notices anything.</summary>
    Good,

    /// <summary>There are gaps.</summary>
    Fair,

    /// <summary>People do not understand each other.</summary>
    Poor,
}
