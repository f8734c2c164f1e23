using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something that can be called from afar.</summary>
    public interface IAddressable;

    /// <summary>A running timer of a grain.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets a new due time and period; <see cref="Timeout.InfiniteTimeSpan"/> stops it.</summary>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>How a grain's timer runs.</summary>
    public readonly struct GrainTimerCreationOptions
    {
        /// <summary>Until the first tick.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>From the end of one tick to the next; infinite for a single tick.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>Whether ticks may start while a request is under way.</summary>
        public bool Interleave { get; init; }

        /// <summary>Whether a tick counts as use of the activation.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans
{
    /// <summary>A grain.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain with a string for a key.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>An object outside the grains that grains can call.</summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>Makes references.</summary>
    public interface IGrainFactory
    {
        /// <summary>A reference to the grain with this key.</summary>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>A reference to the grain with this id.</summary>
        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;

        /// <summary>A reference to the grain with this id, by an interface that another reference has.</summary>
        IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType);

        /// <summary>A reference to an observer, which is held weakly: keep <paramref name="obj"/> alive.</summary>
        TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;

        /// <summary>Ends a reference made by <see cref="CreateObjectReference{T}"/>.</summary>
        void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;
    }

    /// <summary>The way into the grains from outside.</summary>
    public interface IClusterClient : IGrainFactory
    {
        /// <summary>The host's services.</summary>
        IServiceProvider ServiceProvider { get; }
    }

    /// <summary>Why an activation ends.</summary>
    public readonly struct DeactivationReason(DeactivationReasonCode code, string description)
    {
        /// <summary>The reason as a word.</summary>
        public DeactivationReasonCode ReasonCode => code;

        /// <summary>The reason as a sentence.</summary>
        public string Description => description;
    }

    /// <summary>Why an activation ends, as a word.</summary>
    public enum DeactivationReasonCode
    {
        /// <summary>Not said.</summary>
        None,

        /// <summary>The silo stops.</summary>
        ShuttingDown,

        /// <summary>Activating failed.</summary>
        ActivationFailed,

        /// <summary>It was idle for its collection age.</summary>
        ActivationIdle,

        /// <summary>The grain asked for it.</summary>
        ApplicationRequested,

        /// <summary>A request failed in a way that makes the activation's state doubtful.</summary>
        ApplicationError,
    }
}
