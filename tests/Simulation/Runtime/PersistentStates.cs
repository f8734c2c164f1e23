using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>Makes the states that grains' constructors ask for; they are read when their grain activates.</summary>
internal sealed class PersistentStates : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        var storage = context.ActivationServices.GetRequiredKeyedService<IGrainStorage>(config.StorageName);
        var state = new PersistentState<TState>(config.StateName, context.GrainId, storage);
        context.ObservableLifecycle.Subscribe(config.StateName, GrainLifecycleStage.SetupState, state);
        return state;
    }

    private sealed class PersistentState<TState>(string name, GrainId grainId, IGrainStorage storage)
        : IPersistentState<TState>, ILifecycleObserver
    {
        private readonly GrainState<TState> _state = new(Activator.CreateInstance<TState>());

        public TState State
        {
            get => _state.State!;
            set => _state.State = value;
        }

        public string? Etag => _state.ETag;

        public bool RecordExists => _state.RecordExists;

        public Task ReadStateAsync() => Do(storage.ReadStateAsync);

        public Task WriteStateAsync() => Do(storage.WriteStateAsync);

        public Task ClearStateAsync() => Do(storage.ClearStateAsync);

        public Task OnStart(CancellationToken cancellationToken = default) => ReadStateAsync();

        public Task OnStop(CancellationToken cancellationToken = default) => Task.CompletedTask;

        // As in Orleans, what a storage throws reaches the grain as an exception of Orleans.
        private async Task Do(Func<string, GrainId, IGrainState<TState>, Task> what)
        {
            try
            {
                await what(name, grainId, _state);
            }
            catch (Exception exception) when (exception is not OrleansException)
            {
                throw new OrleansException($"The storage of {name} of {grainId} failed.", exception);
            }
        }
    }
}
