using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of grains: one activation for each id, one turn at a time.</summary>
public abstract class Grain : IAddressable
{
    private readonly Activation _activation = Activation.Constructing
        ?? throw new InvalidOperationException("Grains are made by the silo.");

    internal Activation Activation => _activation;

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => _activation.Silo.Factory;

    /// <summary>The silo's services.</summary>
    protected internal IServiceProvider ServiceProvider => _activation.Silo.Services;

    /// <summary>Runs before the first request.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last request; not after a crash.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation after the requests under way; waiting ones go to the next.</summary>
    protected void DeactivateOnIdle() => _activation.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for it."));

    /// <summary>Keeps this activation for at least so long.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => _activation.KeepUntil(_activation.Silo.Time.GetUtcNow() + timeSpan);
}

/// <summary>What is said to grains and references.</summary>
public static class GrainExtensions
{
    /// <summary>The identity of a grain or of the grain that a reference stands for.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        Grain self => self.Activation.Id,
        GrainReference reference => reference.GrainId,
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference.", nameof(grain)),
    };

    /// <summary>The key of a grain with a string for a key.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.Value;

    /// <summary>A reference to a grain, to be handed on.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
        where TGrainInterface : IAddressable => grain switch
        {
            Grain self => self.Activation.Silo.Factory.GetGrain<TGrainInterface>(self.Activation.Id),
            TGrainInterface reference => reference,
            _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference.", nameof(grain)),
        };
}

/// <summary>Timers of grains. They tick as requests of their grain and are gone with the activation.</summary>
public static class GrainTimerExtensions
{
    /// <summary>Starts a timer.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this Grain grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        new GrainTimer(grain.Activation, callback, options);

    /// <summary>Starts a timer.</summary>
    public static IGrainTimer RegisterGrainTimer(this Grain grain, Func<Task> callback, GrainTimerCreationOptions options) =>
        new GrainTimer(grain.Activation, _ => callback(), options);
}
