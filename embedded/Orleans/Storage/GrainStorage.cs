using Orleans.Runtime;

namespace Orleans.Core
{
    /// <summary>Access to stored state.</summary>
    public interface IStorage
    {
        /// <summary>The version that was read or written last.</summary>
        string? Etag { get; }

        /// <summary>Whether there is a stored record.</summary>
        bool RecordExists { get; }

        /// <summary>Removes the stored record.</summary>
        Task ClearStateAsync(CancellationToken cancellationToken = default);

        /// <summary>Writes the state.</summary>
        Task WriteStateAsync(CancellationToken cancellationToken = default);

        /// <summary>Reads the state.</summary>
        Task ReadStateAsync(CancellationToken cancellationToken = default);
    }

    /// <summary>Access to stored state of a type.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The state in memory.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain's stored state.</summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>Names the state and its storage.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        /// <summary>The state's name.</summary>
        public string StateName => stateName;

        /// <summary>The storage's name.</summary>
        public string StorageName => storageName ?? "Default";
    }

    internal interface IStateBridge
    {
        Task ReadStateAsync(CancellationToken cancellationToken);
    }

    internal sealed class PersistentState<TState>(string stateName, GrainId grainId, Storage.IGrainStorage storage)
        : IPersistentState<TState>, IStateBridge
    {
        private readonly GrainState<TState> _state = new(Activator.CreateInstance<TState>());

        public TState State
        {
            get => _state.State!;
            set => _state.State = value;
        }

        public string? Etag => _state.ETag;

        public bool RecordExists => _state.RecordExists;

        public Task ReadStateAsync(CancellationToken cancellationToken = default) =>
            storage.ReadStateAsync(stateName, grainId, _state);

        public Task WriteStateAsync(CancellationToken cancellationToken = default) =>
            storage.WriteStateAsync(stateName, grainId, _state);

        public Task ClearStateAsync(CancellationToken cancellationToken = default) =>
            storage.ClearStateAsync(stateName, grainId, _state);
    }
}

namespace Orleans
{
    /// <summary>State on its way to or from a storage.</summary>
    public interface IGrainState<T>
    {
        /// <summary>The state.</summary>
        T? State { get; set; }

        /// <summary>Its version.</summary>
        string? ETag { get; set; }

        /// <summary>Whether there is a stored record.</summary>
        bool RecordExists { get; set; }
    }

    /// <summary>State on its way to or from a storage.</summary>
    public sealed class GrainState<T>(T state, string? eTag = null) : IGrainState<T>
    {
        /// <summary>No state yet.</summary>
        public GrainState()
            : this(default!)
        {
        }

        /// <inheritdoc/>
        public T? State { get; set; } = state;

        /// <inheritdoc/>
        public string? ETag { get; set; } = eTag;

        /// <inheritdoc/>
        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>Where grains' states lie.</summary>
    public interface IGrainStorage
    {
        /// <summary>Reads a state; leaves a fresh one where there is none.</summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Writes a state whose version is the stored one, else throws <see cref="InconsistentStateException"/>.</summary>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Removes a state whose version is the stored one, else throws <see cref="InconsistentStateException"/>.</summary>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }

    /// <summary>How states become bytes.</summary>
    public interface IGrainStorageSerializer
    {
        /// <summary>To bytes.</summary>
        BinaryData Serialize<T>(T? input);

        /// <summary>From bytes.</summary>
        T Deserialize<T>(BinaryData input);
    }
}
