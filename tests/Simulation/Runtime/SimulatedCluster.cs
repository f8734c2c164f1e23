using Microsoft.Extensions.DependencyInjection;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>What becomes of a message.</summary>
internal enum MessageFate
{
    /// <summary>It arrives and is answered.</summary>
    Deliver,

    /// <summary>It never arrives; the caller sees a timeout.</summary>
    LoseRequest,

    /// <summary>It is carried out, and the answer is lost; the caller sees a timeout.</summary>
    LoseAnswer,

    /// <summary>It arrives late.</summary>
    Delay,
}

/// <summary>
/// A cluster of silos that run wholly on the calling thread, in virtual time: a seed decides which of the things that are ready
/// goes next, so that one seed always plays the same run. Silos can crash, whole or one activation at a time, in the middle of
/// anything, and a grain can come to be in two silos at once. Storages that are registered as instances outlive all silos.
/// </summary>
internal sealed partial class SimulatedCluster
{
    /// <summary>How long callers wait where a method says nothing else.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly Action<IServiceCollection> _configure;
    private readonly SimulatedSilo?[] _silos;
    private readonly TurnScheduler _outside;
    private int _lives;

    /// <summary>Sets a cluster up; <see cref="Start"/> begins each silo.</summary>
    /// <param name="seed">Decides everything that is left to chance.</param>
    /// <param name="silos">How many silos there are when all are up.</param>
    /// <param name="serializes">
    /// Whether messages between processes are written to bytes and read back, instead of only copied.
    /// </param>
    /// <param name="configure">Adds the services of each life of each silo.</param>
    public SimulatedCluster(int seed, int silos, bool serializes, Action<IServiceCollection> configure)
    {
        _random = new Random(seed);
        _configure = configure;
        _silos = new SimulatedSilo?[silos];
        Executor = new SeededExecutor(_random);
        _outside = new TurnScheduler(Executor);
        Reminders = new Reminders(this);
        Observers = new Observers(Executor);
        Client = new SimulatedFactory(this, silo: null);
        Transport = new Transport(Executor, Client, serializes);
    }

    public SimulatedTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SeededExecutor Executor { get; }

    public Reminders Reminders { get; }

    public Observers Observers { get; }

    public Transport Transport { get; }

    /// <summary>The way into the grains from outside.</summary>
    public IGrainFactory Client { get; }

    /// <summary>Decides the fate of each message; null delivers all.</summary>
    public Func<Message, MessageFate>? Fate { get; set; }

    /// <summary>How late a delayed message may be.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>How many silos there are when all are up.</summary>
    public int Places => _silos.Length;

    /// <summary>The silos that make up the cluster.</summary>
    public IReadOnlyList<SimulatedSilo> Up { get; private set; } = [];

    /// <summary>The silos that clients are connected to: those of the cluster, and those that it has cut off.</summary>
    public IReadOnlyList<SimulatedSilo> Alive { get; private set; } = [];

    public bool IsUp => Up.Count > 0;

    /// <summary>All activations, in the order of silos and of their making.</summary>
    public IEnumerable<Activation> Activations => Alive.SelectMany(silo => silo.Activations.Values);

    /// <summary>Starts a silo, at first or after a crash.</summary>
    public void Start(int place)
    {
        // A silo that comes back at its old address proves the one before dead.
        _silos[place]?.NoticedAt = Time.Now;
        _silos[place] = new SimulatedSilo(this, place, ++_lives, _configure);
        SeeWhoIsUp();
    }

    /// <summary>
    /// Ends a silo as a crash does: activations, timers and requests are gone, in the middle of whatever they did.
    /// </summary>
    /// <param name="silo">Which one.</param>
    /// <param name="unnoticed">How long the others go on sending to it.</param>
    public void Crash(SimulatedSilo silo, TimeSpan unnoticed)
    {
        var unanswered = silo.Kill();
        silo.NoticedAt = Time.Now + unnoticed;
        SeeWhoIsUp();
        Time.After(unnoticed, () =>
        {
            foreach (var request in unanswered)
                request.Fail(new SiloUnavailableException($"{silo.Address} is gone."));
        });
    }

    /// <summary>
    /// The cluster takes a silo for dead that lives on: its grains come to be on others, too, and whoever writes second has to
    /// lose. The caller crashes it after a while, as it does itself in life once it finds out.
    /// </summary>
    public void CutOff(SimulatedSilo silo)
    {
        silo.IsCutOff = true;
        SeeWhoIsUp();
    }

    private void SeeWhoIsUp()
    {
        Alive = [.. _silos.Where(silo => silo is { IsDead: false })!];
        Up = [.. Alive.Where(silo => !silo.IsCutOff)];
    }

    /// <summary>Ends one activation as a crash of its silo would.</summary>
    public void Crash(Activation activation)
    {
        var (waiting, _) = activation.Kill();
        activation.Silo.Forget(activation);
        if (_random.Next(2) == 0)
            foreach (var request in waiting)
                request.Fail(new SiloUnavailableException($"The activation of {activation.GrainId} is gone."));
    }

    /// <summary>Runs work of the outside (clients, gateways) on the simulation's thread.</summary>
    public Task Spawn(Func<Task> work) => _outside.Run(work);

    /// <summary>Lets one thing happen: something that is ready, else the next timer.</summary>
    /// <returns>False when nothing is ready and no timer is due by <paramref name="until"/>.</returns>
    public bool Step(DateTimeOffset until)
    {
        Steps++;
        if (Executor.RunOne())
            return true;
        if (Time.Next is not { } next || next > until)
            return false;
        Time.MoveTo(next);
        Time.FireNext();
        return true;
    }

    /// <summary>Lets everything happen that is due within a time.</summary>
    /// <param name="time">How much virtual time passes.</param>
    /// <param name="mostSteps">More steps than this are a run that never comes to rest.</param>
    public void RunFor(TimeSpan time, long mostSteps = 10_000_000)
    {
        var until = Time.Now + time;
        var limit = Steps + mostSteps;
        while (Step(until))
            if (Steps > limit)
                throw new InvalidOperationException($"No rest after {mostSteps} steps.");
        Time.MoveTo(until);
    }

    /// <summary>Runs work of the outside to its end.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        T? result = default;
        var task = Spawn(async () => result = await work());
        var limit = Steps + 10_000_000;
        while (!task.IsCompleted)
            if (!Step(DateTimeOffset.MaxValue) || Steps > limit)
                throw new InvalidOperationException("The work waits for something that never happens.");
        task.GetAwaiter().GetResult();
        return result!;
    }
}
