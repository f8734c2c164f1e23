using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Asks a device, without ringing, whether it would ring: it acknowledges at once (<see cref="IUserGrain.AckTestRing"/>) and shows nothing.
/// Of no call, so it is in no row.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRing")]
public sealed record TestRing : ClientEvent
{
    /// <summary>Which test; the acknowledgement names it.</summary>
    [Id(0)] public required string TestId { get; init; }
}

/// <summary>Asks which of a user's devices would ring now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingRequest")]
public sealed record TestRingRequest
{
    /// <summary>Unique; 1-64 characters, as a call id, since an action token is signed for it.</summary>
    [Id(0)] public required string TestId { get; init; }

    /// <summary>Only this device; null for all.</summary>
    [Id(1)] public string? DeviceId { get; init; }

    /// <summary>The user who would ring, for the block list; null for nobody in particular.</summary>
    [Id(2)] public string? CallerId { get; init; }
}

/// <summary>See <see cref="IUserGrain.TestRing"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingReply")]
public sealed record TestRingReply
{
    /// <summary>Null, or why there was no test: <c>rate_limited</c>.</summary>
    [Id(0)] public CallError? Error { get; init; }

    /// <summary>What came of the test; null with an error.</summary>
    [Id(1)] public TestRingReport? Report { get; init; }
}

/// <summary>Which of a user's devices would ring now, and which step failed where one would not.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingReport")]
public sealed record TestRingReport
{
    /// <summary>Which test.</summary>
    [Id(0)] public required string TestId { get; init; }

    /// <summary>Whose devices.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>When it began.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, in milliseconds; 10,000 at most, and a little.</summary>
    [Id(3)] public required long DurationMs { get; init; }

    /// <summary>What would keep every device silent, whatever the steps say.</summary>
    [Id(4)] public ImmutableArray<TestRingSilencer> SilencedBy { get; init; } = [];

    /// <summary>Each device that was tested, by id.</summary>
    [Id(5)] public required ImmutableArray<TestRingDevice> Devices { get; init; }

    /// <summary>What it comes to, in one sentence.</summary>
    [Id(6)] public required string Summary { get; init; }
}

/// <summary>One device of a test.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingDevice")]
public sealed record TestRingDevice
{
    /// <summary>Which device.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>What the device calls itself, if it is connected.</summary>
    [Id(1)] public string? Platform { get; init; }

    /// <summary>Whether it would ring.</summary>
    [Id(2)] public required TestRingVerdict Verdict { get; init; }

    /// <summary>The steps, in the order in which a ring takes them.</summary>
    [Id(3)] public required ImmutableArray<TestRingStep> Steps { get; init; }
}

/// <summary>One step of a ring on its way to a device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.TestRingStep")]
public sealed record TestRingStep
{
    /// <summary>Which step.</summary>
    [Id(0)] public required TestRingStage Stage { get; init; }

    /// <summary>What came of it.</summary>
    [Id(1)] public required TestRingOutcome Outcome { get; init; }

    /// <summary>How long it took, in milliseconds from the end of the step before it; null where nothing was waited for.</summary>
    [Id(2)] public long? DurationMs { get; init; }

    /// <summary>Why it failed or was skipped: a short code in lower snake case.</summary>
    [Id(3)] public string? Error { get; init; }

    /// <summary>With the push steps: whose service.</summary>
    [Id(4)] public PushProvider? Provider { get; init; }

    /// <summary>What that means and what to do, in a sentence; null for a step that is good.</summary>
    [Id(5)] public string? Detail { get; init; }
}

/// <summary>Whether a device would ring.</summary>
public enum TestRingVerdict
{
    /// <summary>It acknowledged the test.</summary>
    Rings = 1,

    /// <summary>Something was sent to it, or might be, and it has not said that it arrived.</summary>
    Unconfirmed = 2,

    /// <summary>It would not ring.</summary>
    Silent = 3,
}

/// <summary>The steps of a ring.</summary>
public enum TestRingStage
{
    /// <summary>The user has such a device.</summary>
    Known = 1,

    /// <summary>It has a live connection.</summary>
    Connected = 2,

    /// <summary>The connection's gateway took the event.</summary>
    EventSent = 3,

    /// <summary>The device acknowledged the event.</summary>
    EventAcked = 4,

    /// <summary>It has a push token.</summary>
    Token = 5,

    /// <summary>The provider took the push.</summary>
    PushSent = 6,

    /// <summary>The device acknowledged the push.</summary>
    PushAcked = 7,
}

/// <summary>What came of a step.</summary>
public enum TestRingOutcome
{
    /// <summary>Done.</summary>
    Ok = 1,

    /// <summary>It went wrong, or did not happen in time.</summary>
    Failed = 2,

    /// <summary>There was nothing to do, or no way to do it without ringing.</summary>
    Skipped = 3,
}

/// <summary>What keeps all of a user's devices silent.</summary>
public enum TestRingSilencer
{
    /// <summary>The user does not want to be disturbed.</summary>
    DoNotDisturb = 1,

    /// <summary>The user has blocked the caller that the request names.</summary>
    Blocked = 2,

    /// <summary>The user is in a call, and has not switched call waiting on.</summary>
    Busy = 3,
}
