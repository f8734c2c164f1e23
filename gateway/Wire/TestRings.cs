using System.ComponentModel.DataAnnotations;

namespace OrleansCalls.Gateway.Wire;

/// <summary>Requests a test ring; all fields are optional.</summary>
public sealed record TestRingStartRequest
{
    /// <summary>The device to test; all of the user's devices when omitted.</summary>
    [MaxLength(CallLimits.DeviceId)]
    public string? DeviceId { get; init; }

    /// <summary>The hypothetical caller: the report says whether the user has blocked them.</summary>
    [MaxLength(CallLimits.UserId)]
    public string? CallerId { get; init; }
}

/// <summary>Acknowledges a test ring on a device.</summary>
public sealed record TestRingAckRequest
{
    /// <summary>The test's id, from <see cref="TestRing"/> or the push.</summary>
    [Required, MaxLength(CallLimits.CallId)]
    public string? TestId { get; init; }
}
