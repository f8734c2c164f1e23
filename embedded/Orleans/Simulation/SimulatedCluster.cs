using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansCalls.Embedded.Simulation;

/// <summary>
/// A silo that runs wholly on the calling thread, in virtual time: a seed decides which of the things that are ready goes next, so
/// that one seed always plays the same run. The silo can crash, whole or one activation at a time, and be started again; whatever
/// storages the author put into the services outlive it.
/// </summary>
public sealed class SimulatedCluster : IMessageFaults
{
    private readonly Random _random;
    private readonly SimulatedExecutor _executor;
    private readonly TurnScheduler _outside;
    private readonly Action<ISiloBuilder> _configure;
    private ServiceProvider? _services;
    private Silo? _silo;

    /// <summary>Sets a simulation up; <see cref="Start"/> begins it.</summary>
    /// <param name="seed">Decides everything that is left to chance.</param>
    /// <param name="configure">Sets up each life of the silo; storages that outlive it are registered as instances.</param>
    public SimulatedCluster(int seed, Action<ISiloBuilder> configure)
    {
        _random = new Random(seed);
        _executor = new SimulatedExecutor(_random);
        _outside = new TurnScheduler(_executor, oneAtATime: true);
        _configure = configure;
    }

    /// <summary>The virtual clock.</summary>
    public SimulatedTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Decides the fate of each message; null delivers all.</summary>
    public Func<GrainMessage, MessageFate>? Fate { get; set; }

    /// <summary>How late a delayed message may be.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The services of the silo's present life.</summary>
    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The silo is down.");

    /// <summary>The way into the grains; a new one after each start.</summary>
    public IClusterClient Client => Services.GetRequiredService<IClusterClient>();

    /// <summary>Whether the silo is up.</summary>
    public bool IsUp => _services is not null;

    /// <summary>The ids of all grains in memory.</summary>
    public IReadOnlyList<GrainId> Activations => [.. (_silo?.Activations ?? []).Select(a => a.Id).OrderBy(id => id.ToString(), StringComparer.Ordinal)];

    /// <summary>Starts the silo, at first or after a crash.</summary>
    public void Start()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IExecutor>(_executor);
        services.AddSingleton<IMessageFaults>(this);
        services.AddMetrics();
        SiloServices.Add(services);
        _configure(new SiloBuilder(services, new ConfigurationBuilder().Build()));
        _services = services.BuildServiceProvider();
        _silo = _services.GetRequiredService<Silo>();
        foreach (var hosted in _services.GetServices<IHostedService>())
            Spawn(() => hosted.StartAsync(CancellationToken.None));
    }

    /// <summary>Ends the silo as a crash does: activations, timers and observers are gone, in the middle of whatever they did.</summary>
    public void Crash()
    {
        foreach (var host in Services.GetServices<IHostedService>().OfType<SiloHost>())
            host.Kill(answerCallers: _random.Next(2) == 0);
        _services = null;
        _silo = null;
    }

    /// <summary>Ends one activation as a crash of its silo would.</summary>
    public bool CrashActivation(GrainId id)
    {
        if (_silo?.Find(id) is not { } activation)
            return false;
        activation.Kill(answerCallers: _random.Next(2) == 0);
        return true;
    }

    /// <summary>Runs work of the outside (clients, gateways) on the simulation's thread.</summary>
    public Task Spawn(Func<Task> work) => _outside.Run(work);

    /// <summary>Lets one thing happen: something that is ready, else the next timer.</summary>
    /// <returns>False when nothing is ready and no timer is due by <paramref name="until"/>.</returns>
    public bool Step(DateTimeOffset until)
    {
        Steps++;
        if (_executor.RunOne())
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
        var until = Time.GetUtcNow() + time;
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

    void IMessageFaults.Apply(GrainMessage message, Action deliver)
    {
        switch (Fate?.Invoke(message) ?? MessageFate.Deliver)
        {
            case MessageFate.Deliver:
                deliver();
                break;
            case MessageFate.LoseAnswer:
                message.Message.LoseAnswer = true;
                deliver();
                break;
            case MessageFate.Delay:
                Time.CreateTimer(_ => deliver(), null, LongestDelay * _random.NextDouble(), Timeout.InfiniteTimeSpan);
                break;
            case MessageFate.LoseRequest:
                break;
        }
    }

    private sealed class SimulatedExecutor(Random random) : IExecutor
    {
        private readonly List<Action> _ready = [];

        public void Post(Action work) => _ready.Add(work);

        public bool RunOne()
        {
            if (_ready.Count == 0)
                return false;
            var pick = random.Next(_ready.Count);
            var work = _ready[pick];
            _ready[pick] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            work();
            return true;
        }
    }
}
