using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Placement;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>What a silo has to know of a grain class.</summary>
internal sealed class GrainClass(Type type)
{
    private GrainConstructorArgumentFactory? _facets;
    private ObjectFactory? _make;

    public Type Type => type;

    /// <summary>The interface by which others know it.</summary>
    public Type MainInterface { get; } = type.GetInterfaces().First(
        i => i != typeof(IGrainWithStringKey) && i.IsAssignableTo(typeof(IGrainWithStringKey)));

    public bool IsReentrant { get; } = type.IsDefined(typeof(ReentrantAttribute));

    public bool IsStatelessWorker { get; } = type.IsDefined(typeof(StatelessWorkerAttribute));

    public bool PrefersLocal { get; } = type.IsDefined(typeof(PreferLocalPlacementAttribute));

    /// <summary>Runs the constructor. The context's grain must be current, as the base class looks for it.</summary>
    public Grain Create(IGrainContext context)
    {
        var facets = _facets ??= new GrainConstructorArgumentFactory(context.ActivationServices, type);
        _make ??= ActivatorUtilities.CreateFactory(type, facets.ArgumentTypes);
        return (Grain)_make(context.ActivationServices, facets.CreateArguments(context));
    }
}
