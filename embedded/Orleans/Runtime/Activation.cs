using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>One grain in memory: its turns, its waiting requests, its timers, and its end.</summary>
internal sealed class Activation : IDisposable
{
    [ThreadStatic]
    private static Activation? _constructing;

    private readonly object _lock = new();
    private readonly LinkedList<Message> _waiting = new();
    private readonly List<GrainTimer> _timers = [];
    private readonly TurnScheduler _turns;
    private readonly GrainClass _class;
    private readonly CancellationTokenSource _stopped = new();
    private Grain? _grain;
    private int _running;
    private int _readOnlyRunning;
    private DeactivationReason? _ending;
    private bool _gone;
    private DateTimeOffset _usedAt;
    private DateTimeOffset _keepUntil;

    public Activation(Silo silo, GrainId id, GrainClass grainClass)
    {
        Silo = silo;
        Id = id;
        _class = grainClass;
        _turns = new TurnScheduler(silo.Executor, silo.IsSimulated);
        Stopped = _stopped.Token;
        _running = 1;
        _usedAt = silo.Time.GetUtcNow();
    }

    /// <summary>Set while a grain's constructor runs, so that its base class finds its activation.</summary>
    public static Activation? Constructing => _constructing;

    public Silo Silo { get; }

    public GrainId Id { get; }

    public CancellationToken Stopped { get; }

    public void Dispose() => _stopped.Dispose();

    /// <summary>Begins to activate; requests may be taken in before it is done.</summary>
    public void Start() => _turns.Run(Activate);

    /// <summary>Keeps a request that came while the activation is ending; its end passes it on.</summary>
    /// <returns>False when it has ended.</returns>
    public bool Defer(Message message)
    {
        lock (_lock)
        {
            if (_gone)
                return false;
            if (!IsTick(message))
                _waiting.AddLast(message);
            return true;
        }
    }

    /// <summary>Takes a request in.</summary>
    /// <returns>False when the activation is ending; the request belongs to the next one.</returns>
    public bool Enqueue(Message message)
    {
        lock (_lock)
        {
            if (_ending is not null || _gone)
                return false;
            if (!IsTick(message))
                _usedAt = Silo.Time.GetUtcNow();
            _waiting.AddLast(message);
        }

        Pump();
        return true;
    }

    /// <summary>Runs a timer's callback as a request of its own.</summary>
    public void Tick(GrainTimer timer) => Enqueue(timer.NewTick());

    public void Use()
    {
        lock (_lock)
            _usedAt = Silo.Time.GetUtcNow();
    }

    public void KeepUntil(DateTimeOffset until)
    {
        lock (_lock)
            _keepUntil = until;
    }

    public void Add(GrainTimer timer)
    {
        lock (_lock)
            _timers.Add(timer);
    }

    public void Remove(GrainTimer timer)
    {
        lock (_lock)
            _timers.Remove(timer);
    }

    public bool IsIdleSince(DateTimeOffset instant)
    {
        lock (_lock)
            return _running == 0 && _waiting.Count == 0 && _usedAt <= instant && _keepUntil <= Silo.Time.GetUtcNow();
    }

    /// <summary>Ends the activation after the requests under way; what waits goes to the next activation.</summary>
    public void Deactivate(DeactivationReason reason)
    {
        lock (_lock)
        {
            if (_ending is not null || _gone)
                return;
            _ending = reason;
        }

        Pump();
    }

    /// <summary>Ends the activation as a crash does: nothing of it runs again.</summary>
    public void Kill(bool answerCallers)
    {
        List<Message> waiting;
        lock (_lock)
        {
            _gone = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        _turns.Kill();
        StopTimers();
        Silo.Forget(this);
        if (!answerCallers)
            return;
        foreach (var message in waiting)
            message.Fail(new SiloUnavailableException($"The activation of {Id} is gone."));
    }

    private async Task Activate()
    {
        try
        {
            _constructing = this;
            var (grain, states) = _class.Create(Silo.Services, Id);
            _constructing = null;
            _grain = grain;
            foreach (var state in states)
                await state.ReadStateAsync(_stopped.Token);
            await grain.OnActivateAsync(_stopped.Token);
            Finish(null);
        }
        catch (Exception exception)
        {
            _constructing = null;
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        List<Message> waiting;
        lock (_lock)
        {
            _gone = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        StopTimers();
        Silo.Forget(this);
        foreach (var message in waiting)
            message.Fail(exception);
    }

    private void Pump()
    {
        while (true)
        {
            Message? next = null;
            lock (_lock)
            {
                if (_gone)
                    return;
                if (_ending is not null)
                {
                    if (_running > 0)
                        return;
                    _running = 1;
                }
                else
                {
                    next = TakeStartable();
                    if (next is null)
                        return;
                    _running++;
                    if (next.Method.ReadOnly)
                        _readOnlyRunning++;
                }
            }

            if (next is null)
            {
                _turns.Run(End);
                return;
            }

            _turns.Run(() => Run(next));
        }
    }

    private Message? TakeStartable()
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            var activating = _grain is null;
            var free = _running == 0 || (!activating && (_class.Reentrant
                || node.Value.MayInterleave(onlyReadOnlyRunning: _running == _readOnlyRunning)));
            if (!free)
                continue;
            _waiting.Remove(node);
            return node.Value;
        }

        return null;
    }

    private async Task Run(Message message)
    {
        using var span = message.Trace();
        Task call;
        try
        {
            call = message.Method.Call(_grain!, message.Arguments);
            await call;
        }
        catch (Exception exception)
        {
            call = Task.FromException(exception);
            if (exception is InconsistentStateException)
                Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Its stored state has changed."));
        }

        message.Complete(call);
        Finish(message);
    }

    private void Finish(Message? message)
    {
        lock (_lock)
        {
            _running--;
            if (message is { Method.ReadOnly: true })
                _readOnlyRunning--;
            if (message is not null && !IsTick(message))
                _usedAt = Silo.Time.GetUtcNow();
        }

        Pump();
    }

    private async Task End()
    {
        StopTimers();
        try
        {
            await _grain!.OnDeactivateAsync(_ending!.Value, CancellationToken.None);
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, Id);
        }

        await _stopped.CancelAsync();
        Dispose();
        List<Message> waiting;
        lock (_lock)
        {
            _gone = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            Silo.Forget(this);
        }

        foreach (var message in waiting.Where(message => !IsTick(message)))
            Silo.Send(message);
    }

    /// <summary>A tick is no use of the activation, unless its timer says so, and dies with it.</summary>
    private static bool IsTick(Message message) => message.Method.Interface == typeof(GrainTimer);

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (_lock)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }
}
