using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;
using OrleansCalls.Tests.Simulation.Runtime;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// One seeded run: users, devices, gateways, a database, and what goes wrong with them, around the real grains. Everything on one
/// thread and in virtual time. How a run goes is in World.Run.cs.
/// </summary>
internal sealed partial class World
{
    private readonly Random _random;
    private readonly List<SimUser> _users = [];
    private readonly List<SimGateway> _gateways = [];
    private readonly Mutant? _mutant;
    private readonly Weather? _always;
    private int _calls;
    private int _signals;
    private int _gatewayLives;

    public World(int seed, Mutant? mutant = null, Weather? always = null)
    {
        _always = always;
        Seed = seed;
        _mutant = mutant;
        _random = new Random(seed);
        Storage = new SimStorage(this);
        History = new SimHistory(this);
        BackEnd = new SimBackEnd(this);
        Pushes = new SimPushes(this);
        OpenCalls = new SimOpenCalls(this);
        Oracle = new Oracle(this);
        Cluster = new SimulatedCluster(seed, silos: 1 + (seed % 3), serializes: seed % 4 == 1, Configure) { Fate = Fate };
    }

    public int Seed { get; }

    public bool IgnoresOrder => _mutant?.IgnoresOrder == true;

    public SimulatedCluster Cluster { get; }

    /// <summary>The way into the grains, as long as there is one.</summary>
    public IGrainFactory Client => Cluster.IsUp ? Cluster.Client : throw new SiloIsDownException();

    public SimulatedTime Time => Cluster.Time;

    /// <summary>The true time, whatever the service's wall clock says.</summary>
    public DateTimeOffset Now => Time.Now;

    public SimStorage Storage { get; }

    public SimHistory History { get; }

    public SimPushes Pushes { get; }

    public SimBackEnd BackEnd { get; }

    public SimOpenCalls OpenCalls { get; }

    public Oracle Oracle { get; }

    public Trace Trace { get; } = new();

    public Totals Totals { get; } = new();

    public Weather Weather { get; private set; } = Weather.Calm;

    /// <summary>The faults are over; what still happens are the habits of people.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Whether silos may have clocks that differ, since the machine's has stepped back.</summary>
    public bool ClockWasSetBack { get; private set; }

    /// <summary>When something last went wrong.</summary>
    public DateTimeOffset LastFault { get; private set; }

    public IReadOnlyList<SimUser> Users => _users;

    /// <summary>What the outside sees when a command's outcome is not known: a part of the service is away.</summary>
    public static bool IsUnknownOutcome(Exception exception) =>
        exception is OrleansException or TimeoutException or IOException or SiloIsDownException;

    public void Note(string what) => Trace.Add(Now, what);

    public int Next(int below) => _random.Next(below);

    public bool Chance(double share) => _random.NextDouble() < share;

    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    public T Pick<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    /// <summary>Whether a fault strikes here; counted and noted.</summary>
    public bool Hits(double share, string fault)
    {
        if (share == 0 || !Chance(share))
            return false;
        Fault(fault);
        return true;
    }

    /// <summary>Whether something goes wrong that must disturb no call: unlike a fault, it is no excuse for anything.</summary>
    public bool Happens(double share, string what)
    {
        if (share == 0 || !Chance(share))
            return false;
        Count(what);
        return true;
    }

    public Task Sleep(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

    public void After(double seconds, Action what) => At(Now + TimeSpan.FromSeconds(seconds), what);

    public void At(DateTimeOffset when, Action what) =>
        Time.CreateTimer(_ => what(), null, when > Now ? when - Now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    /// <summary>Something outside goes its own way. That it fails is a defect of the simulator.</summary>
    public void Spawn(Func<Task> what) => Cluster.Spawn(async () =>
    {
        try
        {
            await what();
        }
        catch (Exception exception)
        {
            Oracle.IsTrue(false, "simulator", exception.ToString());
        }
    });

    /// <summary>A command on its way through a gateway.</summary>
    public async Task<CallReply> Execute(string callId, CallCommand command)
    {
        var client = Client;
        var who = command.Actor is { } actor ? $"{actor.UserId}/{actor.DeviceId}" : "operator";
        Note($"{who} {command.GetType().Name} {callId}{Detail(command)}");
        Totals.Commands++;
        var ask = Oracle.Asked(callId, command);
        try
        {
            var reply = await client.GetCall(callId).Execute(command);
            Note(
                $"{who} {command.GetType().Name} {callId}: {reply.Error?.Code.ToString() ?? "ok"} {reply.Call?.State} {reply.Call?.EndReason}");
            Oracle.Answered(ask, reply);
            return reply;
        }
        catch (Exception exception) when (IsUnknownOutcome(exception))
        {
            Note($"{who} {command.GetType().Name} {callId}: {exception.GetType().Name}");
            Totals.UnknownOutcomes++;
            throw;
        }
    }

    private static string Detail(CallCommand command) => command switch
    {
        StartCall start => $" -> {string.Join(' ', start.CalleeIds)}",
        SendSignal signal => $" {signal.Payload}",
        _ => "",
    };

    public string NewCallId() => $"c{++_calls}";

    public int NextSignal() => ++_signals;

    public SimUser AnyUser(SimUser? but = null)
    {
        while (true)
        {
            var user = Pick(_users);
            if (user != but)
                return user;
        }
    }

    public SimGateway? AnyGateway() => _gateways.Count == 0 ? null : Pick(_gateways);

    public SimDevice? FindDevice(string userId, string deviceId) =>
        _users.FirstOrDefault(user => user.Id == userId)?.Devices.FirstOrDefault(device => device.Id == deviceId);

    private void Fault(string fault)
    {
        LastFault = Now;
        Count(fault);
    }

    private void Count(string fault)
    {
        Totals.Faults[fault] = Totals.Faults.GetValueOrDefault(fault) + 1;
        Note($"FAULT {fault}");
    }

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton<IOpenCallIndex>(OpenCalls);
        services.AddSingleton<IClusterMembers, Loner>();
        var storage = _mutant?.Storage?.Invoke(Storage) ?? Storage;
        services.AddKeyedSingleton("calls", storage);
        services.AddKeyedSingleton("users", storage);
        services.AddSingleton<ICallHistory>(History);
        services.AddSingleton<IPushSender>(_mutant?.Pushes?.Invoke(Pushes) ?? Pushes);
        services.AddSingleton<IWebhookSender>(_mutant?.BackEnd?.Invoke(BackEnd) ?? BackEnd);
        services.AddSingleton<ICallAuthorizer>(BackEnd);
        services.AddCallGrains(new CallOptions());
        var decide = _mutant?.Decide ?? CallMachine.Decide;
        services.AddTransient(sp => ActivatorUtilities.CreateInstance<CallServices>(sp) with
        {
            Decide = (state, command, context) => InOrder(Seen(decide(state, command, context))),
        });
        if (Trace.Echo is { } echo)
            services.AddLogging(logging => logging.AddProvider(new EchoLogs(echo)).SetMinimumLevel(LogLevel.Information));
    }

    private Decision Seen(Decision decision)
    {
        Oracle.Decided(decision);
        return decision;
    }

    /// <summary>
    /// Lists out of hash tables have another order in each process; a seed must play the same run in all of them.
    /// </summary>
    private static Decision InOrder(Decision decision) => decision with
    {
        Release = [.. decision.Release.Order(StringComparer.Ordinal)],
        Replaces = [.. decision.Replaces.Order(StringComparer.Ordinal)],
    };

    private MessageFate Fate(Message message)
    {
        var chance = _random.NextDouble();
        if (chance < Weather.LoseRequest)
        {
            Fault("request_lost");
            Note($"lost: {message.Method} of {message.Target}");
            return MessageFate.LoseRequest;
        }

        chance -= Weather.LoseRequest;
        if (chance < Weather.LoseAnswer)
        {
            Fault("answer_lost");
            Note($"answer lost: {message.Method} of {message.Target}");
            return MessageFate.LoseAnswer;
        }

        return chance - Weather.LoseAnswer < Weather.Delay ? MessageFate.Delay : MessageFate.Deliver;
    }
}

internal sealed class SiloIsDownException() : Exception("The silo is down.");

/// <summary>The grains' own log lines, for whoever looks into a seed.</summary>
internal sealed class EchoLogs(Action<string> echo) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        echo($"    log: {formatter(state, exception)} {exception?.GetType().Name}: {exception?.Message}");

    public void Dispose()
    {
    }
}
