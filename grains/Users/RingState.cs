using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>The state of one call's ring at one user.</summary>
public sealed record RingState
{
    /// <summary>The devices that the ring was sent to, by id; sorted, for determinism.</summary>
    public ImmutableSortedDictionary<string, DeviceRing> Devices { get; init; } =
        ImmutableSortedDictionary.Create<string, DeviceRing>(StringComparer.Ordinal);

    /// <summary>Tokens that are sent a cancel once the pending push to their device is known to be accepted.</summary>
    public ImmutableArray<DeviceToken> AwaitingCancel { get; init; } = [];

    /// <summary>Whether the ring is answered, declined or over for this user: no more devices are sent it.</summary>
    public bool IsOver { get; init; }

    internal DeviceRing Of(string deviceId) => Devices.GetValueOrDefault(deviceId) ?? new DeviceRing();

    internal RingState With(IEnumerable<string> deviceIds, Func<DeviceRing, DeviceRing> change) =>
        this with { Devices = Devices.SetItems(deviceIds.Select(id => KeyValuePair.Create(id, change(Of(id))))) };
}

/// <summary>The state of the ring at one device.</summary>
/// <param name="SentAt">When the ring was sent over the device's socket; null before, and after that socket was lost without an
/// acknowledgement.</param>
/// <param name="IsAcked">Whether the device is alerting.</param>
/// <param name="Push">The state of the push.</param>
public sealed record DeviceRing(DateTimeOffset? SentAt = null, bool IsAcked = false, PushStage Push = PushStage.None);

/// <summary>The state of one device's push.</summary>
public enum PushStage
{
    /// <summary>Not sent.</summary>
    None = 0,

    /// <summary>Being sent or retried.</summary>
    UnderWay = 1,

    /// <summary>Accepted by the provider, or possibly so.</summary>
    Accepted = 2,

    /// <summary>Not accepted by the provider with this token.</summary>
    Failed = 3,
}

/// <summary>The input of <see cref="RingMachine"/> in addition to state and event.</summary>
/// <param name="Now">The time of the decision.</param>
/// <param name="AckWindow">How long a device may take to acknowledge the ring over its socket before it is pushed.</param>
/// <param name="RingUntil">When the ring ends: no push is sent from then on. Null when the call does not ring here: nothing is
/// sent at all.</param>
/// <param name="Connected">Devices with a live connection.</param>
/// <param name="Tokens">The tokens of <see cref="UserRules.RingTokens"/>, one for each device.</param>
public sealed record RingContext(
    DateTimeOffset Now, TimeSpan AckWindow, DateTimeOffset? RingUntil,
    ImmutableArray<string> Connected, ImmutableArray<DeviceToken> Tokens);

/// <summary>A decision of <see cref="RingMachine"/>.</summary>
/// <param name="Ring">The next state.</param>
public sealed record RingDecision(RingState Ring)
{
    /// <summary>The connected devices to send the ring to.</summary>
    public ImmutableArray<string> Send { get; init; } = [];

    /// <summary>The tokens to push the ring to; the result comes back as <see cref="RingPushEnded"/>.</summary>
    public ImmutableArray<DeviceToken> Push { get; init; } = [];

    /// <summary>The devices whose pending push must not be retried.</summary>
    public ImmutableArray<string> StopTrying { get; init; } = [];

    /// <summary>The tokens to push a cancel to.</summary>
    public ImmutableArray<DeviceToken> Cancel { get; init; } = [];
}

/// <summary>An event of a ring.</summary>
public abstract record RingInput;

/// <summary>The call rings: for the first time, or again after the call was restored from its row, with the devices that have
/// been pushed.</summary>
public sealed record RingReceived(ImmutableArray<string> PushedDeviceIds) : RingInput;

/// <summary>A device connected.</summary>
public sealed record RingDeviceConnected : RingInput;

/// <summary>A device lost its last connection.</summary>
public sealed record RingDeviceGone(string DeviceId) : RingInput;

/// <summary>A device is alerting.</summary>
public sealed record RingAcked(string DeviceId) : RingInput;

/// <summary>A device set a push token.</summary>
public sealed record RingTokenSet(string DeviceId) : RingInput;

/// <summary>A token on which this user's devices rang now belongs to another user.</summary>
public sealed record RingTokenForgotten(DeviceToken Token) : RingInput;

/// <summary>A push was accepted or possibly so, or failed permanently.</summary>
public sealed record RingPushEnded(DeviceToken Token, bool Accepted) : RingInput;

/// <summary>Time passed.</summary>
public sealed record RingTick : RingInput;

/// <summary>The call ended for this user, or the user silenced or declined it, on that device if known.</summary>
public sealed record RingStopped(string? DeclinedOn = null) : RingInput;

/// <summary>The user answered, on that device if known.</summary>
public sealed record RingAnswered(string? DeviceId) : RingInput;
