using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Makes references to grains and observers of one silo.</summary>
internal sealed class GrainFactory(Silo silo) : IClusterClient
{
    private readonly ConcurrentDictionary<Type, Func<GrainId, object>> _references = new();

    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        GetGrain<TGrainInterface>(silo.IdOf(typeof(TGrainInterface), primaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)GetGrain(grainId, new GrainInterfaceType(typeof(TGrainInterface)));

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        (IAddressable)_references.GetOrAdd(interfaceType.Type, Maker)(grainId);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => GetGrain<TGrainObserverInterface>(silo.Observers.Add(obj));

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => silo.Observers.Remove(((GrainReference)(object)obj).GrainId);

    private Func<GrainId, object> Maker(Type type) => typeof(GrainFactory)
        .GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Instance)!
        .MakeGenericMethod(type).CreateDelegate<Func<GrainId, object>>(this);

    private object Make<T>(GrainId id) => GrainReference.Create<T>(silo, id)!;
}
