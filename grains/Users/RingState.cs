using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>One call's ring at one user.</summary>
public sealed record RingState
{
    /// <summary>Devices that the ring has reached in some way, by id; sorted, so that every run goes the same way.</summary>
    public ImmutableSortedDictionary<string, DeviceRing> Devices { get; init; } =
        ImmutableSortedDictionary.Create<string, DeviceRing>(StringComparer.Ordinal);

    /// <summary>Tokens to be sent a cancel once the push under way to their device is known to have been accepted.</summary>
    public ImmutableArray<DeviceToken> AwaitingCancel { get; init; } = [];

    /// <summary>The call is answered, declined or over for this user: no device is sent the ring any more.</summary>
    public bool IsOver { get; init; }

    internal DeviceRing Of(string deviceId) => Devices.GetValueOrDefault(deviceId) ?? new DeviceRing();

    internal RingState With(IEnumerable<string> deviceIds, Func<DeviceRing, DeviceRing> change) =>
        this with { Devices = Devices.SetItems(deviceIds.Select(id => KeyValuePair.Create(id, change(Of(id))))) };
}

/// <summary>The ring at one device.</summary>
/// <param name="SentAt">
/// When the ring was sent over the device's socket; null before, and after that socket was lost unacknowledged.
/// </param>
/// <param name="IsAcked">The device is alerting.</param>
/// <param name="Push">What has become of the push.</param>
public sealed record DeviceRing(DateTimeOffset? SentAt = null, bool IsAcked = false, PushStage Push = PushStage.None);

/// <summary>What has become of one device's push.</summary>
public enum PushStage
{
    /// <summary>None was sent.</summary>
    None = 0,

    /// <summary>On its way to the provider, or being retried.</summary>
    UnderWay = 1,

    /// <summary>The provider has accepted it, or may have.</summary>
    Accepted = 2,

    /// <summary>The provider has not accepted it, and will not with this token.</summary>
    Failed = 3,
}

/// <summary>What <see cref="RingMachine"/> decides with beside state and input.</summary>
/// <param name="Now">The time of the decision.</param>
/// <param name="AckWindow">
/// How long a device that was sent the ring over its socket may take to acknowledge before it is pushed.
/// </param>
/// <param name="RingUntil">
/// When the ring ends: no push leaves from then on. Null when the call does not ring here: nothing is sent at all.
/// </param>
/// <param name="Connected">Devices with a live connection.</param>
/// <param name="Tokens">The tokens of <see cref="UserRules.RingTokens"/>, one for each device.</param>
public sealed record RingContext(
    DateTimeOffset Now, TimeSpan AckWindow, DateTimeOffset? RingUntil,
    ImmutableArray<string> Connected, ImmutableArray<DeviceToken> Tokens);

/// <summary>What <see cref="RingMachine"/> decided.</summary>
/// <param name="Ring">The ring from now on.</param>
public sealed record RingDecision(RingState Ring)
{
    /// <summary>Connected devices to be sent the ring.</summary>
    public ImmutableArray<string> Send { get; init; } = [];

    /// <summary>Tokens to be pushed the ring; the outcome comes back as <see cref="RingPushEnded"/>.</summary>
    public ImmutableArray<DeviceToken> Push { get; init; } = [];

    /// <summary>Devices whose push under way is not retried any more.</summary>
    public ImmutableArray<string> StopTrying { get; init; } = [];

    /// <summary>Tokens to be pushed a cancel.</summary>
    public ImmutableArray<DeviceToken> Cancel { get; init; } = [];
}

/// <summary>Something that happens to a ring.</summary>
public abstract record RingInput;

/// <summary>
/// The call's ring has come: for the first time, or again after the call was restored from its row, with the devices whose push
/// had been accepted.
/// </summary>
public sealed record RingReceived(ImmutableArray<string> PushedDeviceIds) : RingInput;

/// <summary>A device has connected.</summary>
public sealed record RingDeviceConnected : RingInput;

/// <summary>A device has no connection any more.</summary>
public sealed record RingDeviceGone(string DeviceId) : RingInput;

/// <summary>A device is alerting.</summary>
public sealed record RingAcked(string DeviceId) : RingInput;

/// <summary>A device has set a push token.</summary>
public sealed record RingTokenSet(string DeviceId) : RingInput;

/// <summary>A token by which this user's devices were rung has become another user's.</summary>
public sealed record RingTokenForgotten(DeviceToken Token) : RingInput;

/// <summary>A provider has accepted a push, or may have; or it has not, and will not.</summary>
public sealed record RingPushEnded(DeviceToken Token, bool Accepted) : RingInput;

/// <summary>Time has passed.</summary>
public sealed record RingTick : RingInput;

/// <summary>The call has ended for this user, or the user silenced it or declined it, on that device if it is known.</summary>
public sealed record RingStopped(string? DeclinedOn = null) : RingInput;

/// <summary>The user has answered, on that device if it is known.</summary>
public sealed record RingAnswered(string? DeviceId) : RingInput;
