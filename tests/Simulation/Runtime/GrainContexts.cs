using System.Reflection;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The grain context of the running thread, which Orleans lets everybody read and only its own runtime set. Its setter is the one
/// thing here that is reached by reflection.
/// </summary>
internal static class GrainContexts
{
    private delegate void Setter(IGrainContext? context, out IGrainContext? former);

    private delegate IGrainContext? Getter();

    private static readonly Type Holder = typeof(IGrainContext).Assembly.GetType(
        "Orleans.Runtime.RuntimeContext", throwOnError: true)!;

    private static readonly Setter Set =
        Holder.GetMethod("SetExecutionContext", BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Setter>();

    private static readonly Getter Get =
        Holder.GetProperty("Current", BindingFlags.Static | BindingFlags.Public)!.GetMethod!.CreateDelegate<Getter>();

    /// <summary>The context whose code is running; null outside of grains.</summary>
    public static IGrainContext? Current => Get();

    /// <summary>Makes a context the current one.</summary>
    /// <returns>The one before.</returns>
    public static IGrainContext? Enter(IGrainContext? context)
    {
        Set(context, out var former);
        return former;
    }
}
