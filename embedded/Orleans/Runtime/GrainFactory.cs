using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>Makes references to grains and observers of one silo.</summary>
internal sealed class GrainFactory(Silo silo) : IClusterClient
{
    private readonly ConcurrentDictionary<Type, Func<GrainId, object>> _proxies = new();

    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        GetGrain<TGrainInterface>(silo.IdOf(typeof(TGrainInterface), primaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)_proxies.GetOrAdd(typeof(TGrainInterface), _ => id => GrainProxy.Create<TGrainInterface>(silo, id)!)(grainId);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => GetGrain<TGrainObserverInterface>(silo.Observers.Add(obj));

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => silo.Observers.Remove(((GrainProxy)(object)obj).Target);
}
