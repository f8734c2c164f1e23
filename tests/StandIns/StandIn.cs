using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrleansCalls.StandIns.Tests;

/// <summary>What only the stand-in promises; skipped on the official package.</summary>
internal static class StandIn
{
    internal static string? SkipReason =>
        typeof(JwtBearerOptions).Assembly.GetName().Name!.StartsWith("OrleansCalls.Embedded", StringComparison.Ordinal)
            ? null : "The official package is used here, and this is the stand-in's own";
}

/// <summary>A fact about the stand-in.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute() => Skip = StandIn.SkipReason;
}

/// <summary>A theory about the stand-in.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StandInTheoryAttribute : TheoryAttribute
{
    public StandInTheoryAttribute() => Skip = StandIn.SkipReason;
}
