using System.ComponentModel.DataAnnotations;

namespace OrleansCalls.Gateway.Wire;

/// <summary>Asks which devices would ring; nothing in it must be given.</summary>
public sealed record TestRingStartRequest
{
    /// <summary>Only this device; all of the user's when it is left out.</summary>
    [MaxLength(CallLimits.DeviceId)]
    public string? DeviceId { get; init; }

    /// <summary>The user who would ring: whether the user has blocked that one is part of the answer.</summary>
    [MaxLength(CallLimits.UserId)]
    public string? CallerId { get; init; }
}

/// <summary>A device that would ring says so.</summary>
public sealed record TestRingAckRequest
{
    /// <summary>The test, as <see cref="TestRing"/> or the push names it.</summary>
    [Required, MaxLength(CallLimits.CallId)]
    public string? TestId { get; init; }
}
