using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>One grain in the memory of one silo: its turns, its waiting requests, its timers, and its end.</summary>
internal sealed class Activation : IGrainContext
{
    private const string ConflictSeen = "seen";

    private readonly LinkedList<WorkItem> _waiting = new();
    private readonly List<WorkItem> _running = [];
    private readonly HashSet<GrainTimer> _timers = [];
    private readonly Dictionary<Type, object?> _components = [];
    private readonly TurnScheduler _turns;
    private readonly GrainClass _class;
    private readonly Lifecycle _lifecycle = new();
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Grain? _grain;
    private bool _isChangingState = true;
    private DeactivationReason? _ending;
    private DateTimeOffset _usedAt;
    private DateTimeOffset _keepUntil;

    public Activation(SimulatedSilo silo, GrainId id, GrainClass grainClass)
    {
        Silo = silo;
        GrainId = id;
        _class = grainClass;
        _turns = new TurnScheduler(silo.Cluster.Executor, this);
        _usedAt = silo.Cluster.Time.Now;
        Scheduler = new WorkItems(_turns);
    }

    public SimulatedSilo Silo { get; }

    public GrainId GrainId { get; }

    /// <summary>It has ended or died; nothing of it runs again.</summary>
    public bool IsGone { get; private set; }

    public bool IsEnding => _ending is not null;

    public object? GrainInstance => _grain;

    public ActivationId ActivationId { get; } = ActivationId.NewId();

    public GrainAddress Address => new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = Silo.Address };

    public GrainReference GrainReference =>
        (GrainReference)Silo.Factory.GetGrain(GrainId, GrainTypes.NameOf(_class.MainInterface));

    public IServiceProvider ActivationServices => Silo.Services;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public IWorkItemScheduler Scheduler { get; }

    public Task Deactivated => _deactivated.Task;

    public object? GetTarget() => _grain;

    public object? GetComponent(Type componentType) => _components.GetValueOrDefault(componentType);

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class => _components[typeof(TComponent)] = value;

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    /// <summary>Begins to activate; requests may be taken in before it is done.</summary>
    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        _turns.Run(Start);

    /// <summary>Takes a request in; while it is ending, the request waits and goes to the next activation.</summary>
    public void ReceiveMessage(object message)
    {
        var item = (WorkItem)message;
        if (IsGone || (IsEnding && item.IsTick))
            return;
        if (!item.IsTick)
            Use();
        _waiting.AddLast(item);
        Pump();
    }

    /// <summary>Ends the activation after the requests under way; what waits goes to the next activation.</summary>
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (IsGone || IsEnding)
            return;
        _ending = deactivationReason;
        Pump();
    }

    public void Rehydrate(IRehydrationContext context) =>
        throw new NotSupportedException("Activations do not move in a simulation.");

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Activations do not move in a simulation.");

    /// <summary>It counts as used just now.</summary>
    public void Use() => _usedAt = Silo.Cluster.Time.Now;

    public void KeepFor(TimeSpan time) => _keepUntil = Silo.Cluster.Time.Now + time;

    public void Add(GrainTimer timer) => _timers.Add(timer);

    public void Remove(GrainTimer timer) => _timers.Remove(timer);

    public bool IsIdleSince(DateTimeOffset instant) =>
        !_isChangingState && _running.Count == 0 && _waiting.Count == 0 && _usedAt <= instant
            && _keepUntil <= Silo.Cluster.Time.Now;

    /// <summary>Ends the activation as a crash does: nothing of it runs again, in the middle of whatever it did.</summary>
    /// <returns>The requests that it leaves unanswered: those that waited, and those under way.</returns>
    public (IReadOnlyList<WorkItem> Waiting, IReadOnlyList<WorkItem> Running) Kill()
    {
        IsGone = true;
        _turns.Kill();
        StopTimers();
        return (TakeWaiting(), [.. _running]);
    }

    private async Task Start()
    {
        try
        {
            _grain = _class.Create(this);
            await _lifecycle.OnStart();
            await _grain.OnActivateAsync(CancellationToken.None);
            _isChangingState = false;
            Pump();
        }
        catch (Exception exception)
        {
            Leave();
            foreach (var item in TakeWaiting())
                item.Fail(exception);
        }
    }

    private void Pump()
    {
        while (!IsGone && !_isChangingState)
        {
            if (IsEnding)
            {
                if (_running.Count > 0)
                    return;
                _isChangingState = true;
                _turns.Run(End);
                return;
            }

            if (TakeStartable() is not { } next)
                return;
            _running.Add(next);
            _turns.Run(() => Run(next));
        }
    }

    private WorkItem? TakeStartable()
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            var item = node.Value;
            if (_running.Count > 0 && !_class.IsReentrant && !item.AlwaysInterleaves
                && !(item.IsReadOnly && _running.TrueForAll(running => running.IsReadOnly)))
                continue;
            _waiting.Remove(node);
            return item;
        }

        return null;
    }

    private async Task Run(WorkItem item)
    {
        Response response;
        try
        {
            response = await item.Invoke(this);
        }
        catch (Exception exception)
        {
            response = Response.FromException(exception);
        }

        // As in Orleans: an activation that lets a version conflict of its own storage escape ends; its callers do not.
        if (response.Exception is InconsistentStateException conflict && !conflict.Data.Contains(ConflictSeen))
        {
            conflict.Data[ConflictSeen] = true;
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Its stored state has changed."));
        }

        item.Complete(this, response);
        _running.Remove(item);
        if (!item.IsTick)
            Use();
        Pump();
    }

    private async Task End()
    {
        StopTimers();
        try
        {
            await _grain!.OnDeactivateAsync(_ending!.Value, CancellationToken.None);
            await _lifecycle.OnStop();
        }
        catch (Exception exception)
        {
            Silo.Cluster.Executor.Defect ??= new InvalidOperationException(
                $"{GrainId} failed while it was deactivated.", exception);
        }

        Leave();
        foreach (var message in TakeWaiting().OfType<Message>())
            Silo.Cluster.Deliver(message, Silo);
    }

    private void Leave()
    {
        IsGone = true;
        StopTimers();
        Silo.Forget(this);
        _deactivated.TrySetResult();
    }

    private List<WorkItem> TakeWaiting()
    {
        List<WorkItem> waiting = [.. _waiting];
        _waiting.Clear();
        return waiting;
    }

    private void StopTimers()
    {
        foreach (var timer in _timers.ToList())
            timer.Dispose();
    }

    private sealed class Lifecycle() : LifecycleSubject(NullLogger.Instance), IGrainLifecycle
    {
        public void AddMigrationParticipant(IGrainMigrationParticipant participant)
        {
        }

        public void RemoveMigrationParticipant(IGrainMigrationParticipant participant)
        {
        }
    }

    private sealed class WorkItems(TurnScheduler turns) : IWorkItemScheduler
    {
        public void QueueAction(Action action) => new Task(action).Start(turns);

        public void QueueTask(Task task) => task.Start(turns);

        public void QueueAction(Action<object> action, object state) => new Task(action!, state).Start(turns);
    }
}
