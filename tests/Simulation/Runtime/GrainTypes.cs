using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Metadata;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Serializers;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The grains' generated code, found as Orleans finds it, and Orleans' serializer. Built once for the process, as it is costly
/// and the same for every silo; only references to grains differ, see <see cref="ReceiveAt"/>.
/// </summary>
internal static class GrainTypes
{
    [ThreadStatic]
    private static IGrainFactory? _receiver;

    private static readonly ServiceProvider Services = Build();
    private static readonly GrainTypeResolver Classes = Services.GetRequiredService<GrainTypeResolver>();
    private static readonly GrainInterfaceTypeResolver Interfaces = Services.GetRequiredService<GrainInterfaceTypeResolver>();
    private static readonly TypeManifestOptions Manifest = Services.GetRequiredService<IOptions<TypeManifestOptions>>().Value;

    private static readonly FrozenDictionary<GrainInterfaceType, ProxyMaker> Proxies = Manifest.InterfaceProxies
        .Where(proxy => typeof(IAddressable).IsAssignableFrom(proxy) && !proxy.IsGenericTypeDefinition)
        .ToFrozenDictionary(proxy => Interfaces.GetGrainInterfaceType(MainInterface(proxy)), MakerOf);

    private static readonly FrozenDictionary<GrainType, GrainClass> ByType = Manifest.InterfaceImplementations
        .Where(
            type => type is { IsClass: true, IsAbstract: false } && type.Assembly == typeof(CallGrain).Assembly
                && typeof(Grain).IsAssignableFrom(type))
        .ToFrozenDictionary(Classes.GetGrainType, type => new GrainClass(type));

    private static readonly ConcurrentDictionary<Type, (GrainType Grain, GrainInterfaceType Interface)> Found = new();

    /// <summary>Makes a reference out of what it shares with others of its kind and its key.</summary>
    public delegate GrainReference ProxyMaker(GrainReferenceShared shared, IdSpan key);

    public static Serializer Serializer { get; } = Services.GetRequiredService<Serializer>();

    public static DeepCopier Copier { get; } = Services.GetRequiredService<DeepCopier>();

    public static CodecProvider Codecs { get; } = Services.GetRequiredService<CodecProvider>();

    public static CopyContextPool CopyContexts { get; } = Services.GetRequiredService<CopyContextPool>();

    public static IServiceProvider Invokables => Services;

    public static GrainClass ClassOf(GrainType type) =>
        ByType.GetValueOrDefault(type) ?? throw new ArgumentException($"There is no grain class for {type}.");

    public static ProxyMaker ProxyOf(GrainInterfaceType type) =>
        Proxies.GetValueOrDefault(type) ?? throw new ArgumentException($"There is no generated proxy for {type}.");

    public static GrainInterfaceType NameOf(Type interfaceType) => Interfaces.GetGrainInterfaceType(interfaceType);

    /// <summary>The grain class behind an interface.</summary>
    public static (GrainType Grain, GrainInterfaceType Interface) Find(Type interfaceType) =>
        Found.GetOrAdd(interfaceType, static type =>
            (ByType.First(pair => type.IsAssignableFrom(pair.Value.Type)).Key, NameOf(type)));

    /// <summary>References that are read from bytes until the end of the scope belong to this factory's process.</summary>
    public static ReceivingScope ReceiveAt(IGrainFactory factory)
    {
        var scope = new ReceivingScope(_receiver);
        _receiver = factory;
        return scope;
    }

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        // The registrations of a client, which is never started: its codecs know references to grains, too.
        services.AddOrleansClient(_ => { });
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(CallGrain).Assembly));
        services.AddSingleton<IGrainFactory>(DispatchingFactory.Create());
        return services.BuildServiceProvider();
    }

    private static Type MainInterface(Type proxy) =>
        proxy.GetInterfaces().Aggregate((main, next) => main.IsAssignableFrom(next) ? next : main);

    private static ProxyMaker MakerOf(Type proxy)
    {
        var shared = Expression.Parameter(typeof(GrainReferenceShared));
        var key = Expression.Parameter(typeof(IdSpan));
        var constructor = proxy.GetConstructor(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            [typeof(GrainReferenceShared), typeof(IdSpan)])!;
        return Expression.Lambda<ProxyMaker>(Expression.New(constructor, shared, key), shared, key).Compile();
    }

    /// <summary>Sets the receiver back to the one before.</summary>
    public readonly struct ReceivingScope(IGrainFactory? former) : IDisposable
    {
        public void Dispose() => _receiver = former;
    }

    /// <summary>The factory that the codecs of references use: that of the process that is reading.</summary>
    private class DispatchingFactory : DispatchProxy
    {
        public static IGrainFactory Create() => Create<IGrainFactory, DispatchingFactory>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Invoke(
                _receiver ?? throw new InvalidOperationException("A reference is read outside of any process."), args);
    }
}
