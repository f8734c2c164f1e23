using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OrleansCalls.Embedded.Simulation;

namespace Orleans.Runtime;

/// <summary>All activations of one process, and the way to them.</summary>
internal sealed partial class Silo
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ObserverTable _observers;
    private readonly ILogger _logger;
    private readonly FrozenDictionary<string, GrainClass> _classes = GrainClass.FindAll();
    private readonly ConcurrentDictionary<Type, string> _typeNames = new();
    private volatile bool _stopping;

    public Silo(IServiceProvider services, TimeProvider time, ILogger<Silo> logger, IExecutor executor, SiloSettings settings)
    {
        Services = services;
        Time = time;
        Executor = executor;
        ResponseTimeout = settings.ResponseTimeout;
        Faults = settings.Faults;
        _logger = logger;
        _observers = new ObserverTable(this);
        Factory = new GrainFactory(this);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public IExecutor Executor { get; }

    public TimeSpan ResponseTimeout { get; }

    public GrainFactory Factory { get; }

    public IMessageFaults? Faults { get; }

    public bool IsSimulated => Faults is not null;

    public ObserverTable Observers => _observers;

    public ICollection<Activation> Activations => _activations.Values;

    // The order of a hash table is another one in each process; a seed must play the same run in all of them.
    private IEnumerable<Activation> InOrder() => _activations.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Select(pair => pair.Value);

    public GrainId IdOf(Type interfaceType, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return GrainId.Create(_typeNames.GetOrAdd(interfaceType, ClassOf), key);
    }

    /// <summary>Brings a message to its activation, which is made if there is none.</summary>
    public void Send(Message message)
    {
        if (Faults is { } faults)
            faults.Apply(new GrainMessage(message), () => Deliver(message));
        else
            Deliver(message);
    }

    public void Forget(Activation activation) =>
        _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.Id, activation));

    public Activation? Find(GrainId id) => _activations.GetValueOrDefault(id);

    /// <summary>Ends the activations that nobody has used since an instant.</summary>
    public void Collect(DateTimeOffset idleSince)
    {
        foreach (var activation in InOrder())
            if (activation.IsIdleSince(idleSince))
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "It was idle."));
    }

    /// <summary>Takes no new activations and ends those that are there.</summary>
    public async Task Stop(CancellationToken cancellation)
    {
        _stopping = true;
        foreach (var activation in InOrder())
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo stops."));
        while (!_activations.IsEmpty && !cancellation.IsCancellationRequested)
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(10), cancellation));
    }

    /// <summary>Ends everything as a crash does.</summary>
    public void Kill(bool answerCallers)
    {
        _stopping = true;
        foreach (var activation in InOrder())
            activation.Kill(answerCallers);
        _observers.Clear();
    }

    private void Deliver(Message message)
    {
        if (message.Target.Type.Name == ObserverTable.TypeName)
        {
            _observers.Deliver(message);
            return;
        }

        while (true)
        {
            if (_stopping && !_activations.ContainsKey(message.Target))
            {
                message.Fail(new SiloUnavailableException("The silo is stopping."));
                return;
            }

            if (!_classes.TryGetValue(message.Target.Type.Name, out var grainClass))
            {
                message.Fail(new OrleansException($"There is no grain class for {message.Target}."));
                return;
            }

            Activation activation;
            lock (_activations)
                activation = Find(message.Target) ?? Add(message.Target, grainClass);
            if (activation.Enqueue(message))
                return;
            // It is ending: the message waits with it and is sent again by its end, or goes to a fresh one once it is gone.
            if (activation.Defer(message))
                return;
        }
    }

    private Activation Add(GrainId id, GrainClass grainClass)
    {
        var activation = new Activation(this, id, grainClass);
        _activations[id] = activation;
        activation.Start();
        return activation;
    }

    private string ClassOf(Type interfaceType) =>
        _classes.Values.FirstOrDefault(grainClass => interfaceType.IsAssignableFrom(grainClass.Type))?.Name
        ?? throw new ArgumentException($"There is no grain class for {interfaceType}.");

    [LoggerMessage(9000, LogLevel.Error, "A timer of {Grain} failed", EventName = "TimerFailed")]
    public partial void LogTimerFailed(Exception exception, GrainId grain);

    [LoggerMessage(9001, LogLevel.Error, "{Grain} failed while it was deactivated", EventName = "DeactivationFailed")]
    public partial void LogDeactivationFailed(Exception exception, GrainId grain);
}

/// <summary>What a silo is told beside its services.</summary>
internal sealed record SiloSettings(TimeSpan ResponseTimeout, IMessageFaults? Faults);
