using System.Collections.Immutable;

namespace OrleansCalls.Tests.Simulation;

internal enum DeviceKind
{
    /// <summary>Always connected.</summary>
    Socket,

    /// <summary>Connected, and cut off every now and then.</summary>
    Flaky,

    /// <summary>Asleep until a push wakes it.</summary>
    Push,

    /// <summary>An app back end: REST only, no device id, no events.</summary>
    Rest,
}

internal sealed class SimUser(string id, ImmutableArray<string> blocked, bool doNotDisturb, bool callWaiting)
{
    public string Id => id;

    public ImmutableArray<string> Blocked => blocked;

    public bool DoNotDisturb => doNotDisturb;

    public bool CallWaiting => callWaiting;

    public List<SimDevice> Devices { get; } = [];
}

/// <summary>What an app believes of a call.</summary>
internal sealed class KnownCall(string callId)
{
    public string CallId => callId;

    public long Seq { get; set; }

    public bool IsOpen { get; set; }

    public bool IsIn { get; set; }

    public bool Reacting { get; set; }

    public ImmutableArray<string> Others { get; set; } = [];

    /// <summary>It sends signals just now, or must not any more.</summary>
    public bool IsMute { get; set; }
}
