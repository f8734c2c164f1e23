using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Timers;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>One life of a silo: its services, its activations, and where it believes others' activations to be.</summary>
internal sealed class SimulatedSilo : IGrainRuntime
{
    private static readonly TimeSpan CollectionAge = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan CollectionQuantum = TimeSpan.FromMinutes(1);

    private readonly Dictionary<GrainId, Activation> _activations = [];
    private readonly ServiceProvider _services;
    private readonly ITimer _collector;

    public SimulatedSilo(SimulatedCluster cluster, int place, int life, Action<IServiceCollection> configure)
    {
        Cluster = cluster;
        Time = new SteadyTime(cluster.Time);
        Place = place;
        Address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111 + place), life);
        Factory = new SimulatedFactory(cluster, this);
        Processes = new TurnScheduler(cluster.Executor);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOptions();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IGrainFactory>(Factory);
        services.AddSingleton<IGrainRuntime>(this);
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<IReminderRegistry>(cluster.Reminders);
        services.AddSingleton<IPersistentStateFactory, PersistentStates>();
        services.AddSingleton<IAttributeToFactoryMapper<PersistentStateAttribute>, PersistentStateAttributeMapper>();
        configure(services);
        _services = services.BuildServiceProvider();
        TimerRegistry = _services.GetRequiredService<ITimerRegistry>();
        _collector = cluster.Time.CreateTimer(_ => Collect(), null, CollectionQuantum, CollectionQuantum);
        foreach (var hosted in _services.GetServices<IHostedService>())
            _ = Processes.Run(() => hosted.StartAsync(CancellationToken.None));
    }

    public SimulatedCluster Cluster { get; }

    /// <summary>Its clock, which follows the machine's as a silo's does.</summary>
    public SteadyTime Time { get; }

    /// <summary>Which of the cluster's machines it runs on.</summary>
    public int Place { get; }

    public SiloAddress Address { get; }

    public SimulatedFactory Factory { get; }

    /// <summary>Runs what belongs to the silo and to no grain.</summary>
    public TurnScheduler Processes { get; }

    public bool IsDead { get; private set; }

    /// <summary>
    /// The others take it for dead, and it has not found out: it goes on with its grains, its clients and the storage.
    /// </summary>
    public bool IsCutOff { get; set; }

    /// <summary>When the other silos notice that it is dead. What is sent to it until then is lost.</summary>
    public DateTimeOffset NoticedAt { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Where this silo has seen activations; an entry may be out of date.</summary>
    public Dictionary<GrainId, Activation> Cache { get; } = [];

    public IReadOnlyDictionary<GrainId, Activation> Activations => _activations;

    public IServiceProvider Services => _services;

    public IServiceProvider ServiceProvider => _services;

    public string SiloIdentity => Address.ToString();

    public SiloAddress SiloAddress => Address;

    public IGrainFactory GrainFactory => Factory;

    public ITimerRegistry TimerRegistry { get; }

    public TimeProvider TimeProvider => Time;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for it."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).KeepFor(timeSpan);

    public Orleans.Core.IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) =>
        throw new NotSupportedException("Grains here get their states in their constructors.");

    /// <summary>The activation here, made if there is none.</summary>
    public Activation GetOrActivate(GrainId id)
    {
        if (_activations.TryGetValue(id, out var activation))
            return activation;
        activation = new Activation(this, id, GrainTypes.ClassOf(id.Type));
        _activations.Add(id, activation);
        activation.Activate(null);
        return activation;
    }

    public void Forget(Activation activation)
    {
        if (_activations.GetValueOrDefault(activation.GrainId) == activation)
            _activations.Remove(activation.GrainId);
        Cluster.Forget(activation);
    }

    /// <summary>Ends it as a crash does. Its activations stay listed, so that it can be seen what died with it.</summary>
    /// <returns>The requests that nobody will answer.</returns>
    public List<WorkItem> Kill()
    {
        IsDead = true;
        _collector.Dispose();
        Processes.Kill();
        var unanswered = new List<WorkItem>();
        foreach (var activation in _activations.Values)
        {
            var (waiting, running) = activation.Kill();
            unanswered.AddRange(waiting);
            unanswered.AddRange(running);
        }

        return unanswered;
    }

    private void Collect()
    {
        var idleSince = Cluster.Time.Now - CollectionAge;
        foreach (var activation in _activations.Values.ToList())
            if (activation.IsIdleSince(idleSince))
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "It was idle."));
    }
}
