namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The scheduler of one activation, observer or process: its tasks and continuations run one after another, in the order in which
/// they became ready. Between any two of them anything else in the simulation may run, or a crash come.
/// </summary>
internal sealed class TurnScheduler(SeededExecutor executor, IGrainContext? context = null) : TaskScheduler
{
    private readonly Queue<Task> _ready = new();
    private bool _posted;
    private bool _dead;

    /// <summary>Drops all that is ready and all that will be, as a crash does.</summary>
    public void Kill()
    {
        _dead = true;
        _ready.Clear();
    }

    /// <summary>Runs asynchronous work here.</summary>
    public Task Run(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Runs the task that has been ready for longest.</summary>
    public void RunOne()
    {
        _posted = false;
        if (!_ready.TryDequeue(out var task))
            return;
        var outer = GrainContexts.Enter(context);
        try
        {
            TryExecuteTask(task);
        }
        finally
        {
            GrainContexts.Enter(outer);
        }

        if (_ready.Count > 0)
            Post();
    }

    protected override void QueueTask(Task task)
    {
        if (_dead)
            return;
        _ready.Enqueue(task);
        if (!_posted)
            Post();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    private void Post()
    {
        _posted = true;
        executor.Post(this);
    }
}
