using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>How instances of one grain class are made.</summary>
internal sealed class GrainClass
{
    private readonly ConstructorInvoker _constructor;
    private readonly Func<IServiceProvider, GrainId, (object? Argument, IStateBridge? State)>[] _arguments;

    private GrainClass(Type type)
    {
        Type = type;
        // As in the original: the class's name in lower case, without the word Grain at its end.
        var name = type.Name.EndsWith("Grain", StringComparison.Ordinal) ? type.Name[..^"Grain".Length] : type.Name;
        Name = name.ToLowerInvariant();
        Reentrant = type.IsDefined(typeof(ReentrantAttribute));
        var constructor = type.GetConstructors().Single();
        _constructor = ConstructorInvoker.Create(constructor);
        _arguments = [.. constructor.GetParameters().Select(SourceOf)];
    }

    public Type Type { get; }

    public string Name { get; }

    public bool Reentrant { get; }

    /// <summary>All grain classes in the assemblies that are loaded and in those that these name.</summary>
    public static FrozenDictionary<string, GrainClass> FindAll()
    {
        var assemblies = new HashSet<Assembly>();
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            Visit(assembly);
        return assemblies
            .Where(assembly => !assembly.IsDynamic)
            .SelectMany(TypesOf)
            .Where(type => type is { IsAbstract: false, IsClass: true, ContainsGenericParameters: false } && type.IsSubclassOf(typeof(Grain)))
            .Select(type => new GrainClass(type))
            .ToFrozenDictionary(grainClass => grainClass.Name);

        void Visit(Assembly assembly)
        {
            var own = typeof(Grain).Assembly.GetName().Name;
            var references = assembly.GetReferencedAssemblies();
            if (!references.Any(name => name.Name == own) || !assemblies.Add(assembly))
                return;
            foreach (var reference in references.Where(name => name.Name!.StartsWith("OrleansCalls", StringComparison.Ordinal)))
                Visit(Assembly.Load(reference));
        }
    }

    public (Grain Grain, List<IStateBridge> States) Create(IServiceProvider services, GrainId id)
    {
        var states = new List<IStateBridge>();
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            (arguments[i], var state) = _arguments[i](services, id);
            if (state is not null)
                states.Add(state);
        }

        return ((Grain)_constructor.Invoke(arguments.AsSpan()), states);
    }

    private static Func<IServiceProvider, GrainId, (object?, IStateBridge?)> SourceOf(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not { } persistent)
            return (services, _) => (services.GetRequiredService(parameter.ParameterType), null);
        var type = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
        var constructor = ConstructorInvoker.Create(type.GetConstructors().Single());
        return (services, id) =>
        {
            var storage = services.GetRequiredKeyedService<Storage.IGrainStorage>(persistent.StorageName);
            var state = constructor.Invoke(persistent.StateName, id, storage);
            return (state, (IStateBridge)state);
        };
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.Where(type => type is not null)!;
        }
    }
}
