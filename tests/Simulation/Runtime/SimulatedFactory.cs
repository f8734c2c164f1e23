using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The way into the grains from one process, a silo or a client: makes generated references and turns their calls into messages.
/// </summary>
internal sealed class SimulatedFactory(SimulatedCluster cluster, SimulatedSilo? silo) : IGrainFactory, IGrainReferenceRuntime
{
    private readonly Dictionary<(GrainType, GrainInterfaceType), (GrainTypes.ProxyMaker Make, GrainReferenceShared Shared)>
        _kinds = [];

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
            (TGrainInterface)GetGrain(typeof(TGrainInterface), IdSpan.Create(primaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)GetGrain(grainId, GrainTypes.NameOf(typeof(TGrainInterface)));

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType)
    {
        if (!_kinds.TryGetValue((grainId.Type, interfaceType), out var kind))
        {
            kind = (GrainTypes.ProxyOf(interfaceType), new GrainReferenceShared(
                grainId.Type, interfaceType, interfaceVersion: 0, this, InvokeMethodOptions.None, GrainTypes.Codecs,
                GrainTypes.CopyContexts, GrainTypes.Invokables));
            _kinds.Add((grainId.Type, interfaceType), kind);
        }

        return kind.Make(kind.Shared, grainId.Key);
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)GetGrain(grainInterfaceType, IdSpan.Create(grainPrimaryKey));

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey)
    {
        var (grain, name) = GrainTypes.Find(interfaceType);
        return GetGrain(GrainId.Create(grain, grainKey), name);
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => GetGrain<TGrainObserverInterface>(cluster.Observers.Add(obj));

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => cluster.Observers.Remove(obj.GetGrainId());

    public ValueTask<T?> InvokeMethodAsync<T>(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        var answer = new Answer<T?>();
        Send(reference, request, options, answer);
        return new ValueTask<T?>(answer.Task);
    }

    public ValueTask InvokeMethodAsync(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        var answer = new Answer<object?>();
        Send(reference, request, options, answer);
        return new ValueTask(answer.Task);
    }

    public void InvokeMethod(GrainReference reference, IInvokable request, InvokeMethodOptions options) =>
        Send(reference, request, options, null);

    public object Cast(IAddressable grain, Type interfaceType) =>
        interfaceType.IsInstanceOfType(grain) && grain is GrainReference
            ? grain
            : GetGrain(grain.GetGrainId(), GrainTypes.NameOf(interfaceType));

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw OnlyStrings();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => throw OnlyStrings();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw OnlyStrings();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw OnlyStrings();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw OnlyStrings();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw OnlyStrings();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw OnlyStrings();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw OnlyStrings();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException("References here have an interface.");

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        throw new NotSupportedException("No two grain classes here have one interface.");

    private static NotSupportedException OnlyStrings() => new("All grains here have text keys.");

    private void Send(GrainReference reference, IInvokable request, InvokeMethodOptions options, Answer? answer)
    {
        // A reference that was handed over within a process sends from where it is used.
        var origin = (GrainContexts.Current as Activation)?.Silo ?? silo;
        cluster.Send(new Message(cluster, origin, reference.GrainId, request, options, answer));
    }
}
