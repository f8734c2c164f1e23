using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Tests silently whether a device would ring: it acknowledges at once (<see cref="IUserGrain.AckTestRing"/>) and shows
/// nothing. It belongs to no call, so that no row stores it.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRing")]
public sealed record TestRing : ClientEvent
{
    /// <summary>The test's id, for the acknowledgement.</summary>
    [Id(0)] public required string TestId { get; init; }
}

/// <summary>Requests a test of which devices of a user would ring now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingRequest")]
public sealed record TestRingRequest
{
    /// <summary>A unique id of 1-64 characters, in the form of a call id, since an action token is signed for it.</summary>
    [Id(0)] public required string TestId { get; init; }

    /// <summary>The only device to test; null for all.</summary>
    [Id(1)] public string? DeviceId { get; init; }

    /// <summary>The hypothetical caller, for the block list; null for none.</summary>
    [Id(2)] public string? CallerId { get; init; }
}

/// <summary>See <see cref="IUserGrain.TestRing"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingReply")]
public sealed record TestRingReply
{
    /// <summary>Null, or why the test did not run: <c>rate_limited</c>.</summary>
    [Id(0)] public CallError? Error { get; init; }

    /// <summary>The report; null with an error.</summary>
    [Id(1)] public TestRingReport? Report { get; init; }
}

/// <summary>Which devices of a user would ring now, and which step failed for those that would not.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingReport")]
public sealed record TestRingReport
{
    /// <summary>The test's id.</summary>
    [Id(0)] public required string TestId { get; init; }

    /// <summary>The user.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>When it started.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The duration in milliseconds, slightly more than 10,000 at most.</summary>
    [Id(3)] public required long DurationMs { get; init; }

    /// <summary>What would silence every device, whatever the steps' results.</summary>
    [Id(4)] public ImmutableArray<TestRingSilencer> SilencedBy { get; init; } = [];

    /// <summary>The tested devices, by id.</summary>
    [Id(5)] public required ImmutableArray<TestRingDevice> Devices { get; init; }

    /// <summary>The result in one sentence.</summary>
    [Id(6)] public required string Summary { get; init; }
}

/// <summary>A tested device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingDevice")]
public sealed record TestRingDevice
{
    /// <summary>The device id.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>The platform it reported; null while not connected.</summary>
    [Id(1)] public string? Platform { get; init; }

    /// <summary>Whether it would ring.</summary>
    [Id(2)] public required TestRingVerdict Verdict { get; init; }

    /// <summary>The steps, in the order of a ring.</summary>
    [Id(3)] public required ImmutableArray<TestRingStep> Steps { get; init; }
}

/// <summary>One step of a ring.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingStep")]
public sealed record TestRingStep
{
    /// <summary>The step.</summary>
    [Id(0)] public required TestRingStage Stage { get; init; }

    /// <summary>The result.</summary>
    [Id(1)] public required TestRingOutcome Outcome { get; init; }

    /// <summary>The duration in milliseconds since the previous step; null where there is nothing to wait for.</summary>
    [Id(2)] public long? DurationMs { get; init; }

    /// <summary>Why it failed or was skipped: an error code in lower snake case.</summary>
    [Id(3)] public string? Error { get; init; }

    /// <summary>The provider, for the push steps.</summary>
    [Id(4)] public PushProvider? Provider { get; init; }

    /// <summary>An explanation and remedy; null for a step without a problem.</summary>
    [Id(5)] public string? Detail { get; init; }
}

/// <summary>Whether a device would ring.</summary>
public enum TestRingVerdict
{
    /// <summary>The device acknowledged the test.</summary>
    Rings = 1,

    /// <summary>The test was sent, or may have been, without an acknowledgement.</summary>
    Unconfirmed = 2,

    /// <summary>The device would not ring.</summary>
    Silent = 3,
}

/// <summary>The steps of a ring.</summary>
public enum TestRingStage
{
    /// <summary>The user has this device.</summary>
    Known = 1,

    /// <summary>The device has a live connection.</summary>
    Connected = 2,

    /// <summary>The connection's gateway accepted the event.</summary>
    EventSent = 3,

    /// <summary>The device acknowledged the event.</summary>
    EventAcked = 4,

    /// <summary>The device has a push token.</summary>
    Token = 5,

    /// <summary>The provider accepted the push.</summary>
    PushSent = 6,

    /// <summary>The device acknowledged the push.</summary>
    PushAcked = 7,
}

/// <summary>The result of a step.</summary>
public enum TestRingOutcome
{
    /// <summary>Succeeded.</summary>
    Ok = 1,

    /// <summary>Failed or timed out.</summary>
    Failed = 2,

    /// <summary>Nothing to do, or not possible without ringing.</summary>
    Skipped = 3,
}

/// <summary>What silences all devices of a user.</summary>
public enum TestRingSilencer
{
    /// <summary>Do-not-disturb is on.</summary>
    DoNotDisturb = 1,

    /// <summary>The user has blocked the hypothetical caller.</summary>
    Blocked = 2,

    /// <summary>The user is in a call, and call waiting is off.</summary>
    Busy = 3,
}
