namespace Orleans.Runtime;

/// <summary>Runs work that is ready: the thread pool in a program, one seeded loop in a simulation.</summary>
internal interface IExecutor
{
    void Post(Action work);
}

internal sealed class ThreadPoolExecutor : IExecutor
{
    public void Post(Action work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: true);
}

/// <summary>The scheduler of one activation or observer: its tasks and continuations run one after another, never two at once.</summary>
internal sealed class TurnScheduler(IExecutor executor, bool oneAtATime) : TaskScheduler
{
    private readonly Queue<Task> _ready = new();
    private bool _posted;
    private bool _dead;

    /// <summary>Nothing of it runs ever again: what a crash does.</summary>
    public void Kill()
    {
        lock (_ready)
        {
            _dead = true;
            _ready.Clear();
        }
    }

    public Task Run(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override void QueueTask(Task task)
    {
        lock (_ready)
        {
            if (_dead)
                return;
            _ready.Enqueue(task);
            if (_posted)
                return;
            _posted = true;
        }

        executor.Post(RunReady);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    private void RunReady()
    {
        while (true)
        {
            Task? task;
            lock (_ready)
            {
                if (!_ready.TryDequeue(out task))
                {
                    _posted = false;
                    return;
                }
            }

            TryExecuteTask(task);
            if (!oneAtATime)
                continue;
            lock (_ready)
            {
                if (_ready.Count == 0)
                {
                    _posted = false;
                    return;
                }
            }

            // In a simulation each await is a place where another activation may go first.
            executor.Post(RunReady);
            return;
        }
    }
}
