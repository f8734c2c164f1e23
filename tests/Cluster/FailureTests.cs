using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// One thing after another breaks under a cluster that holds calls. After each, every call ends once, with one reason that both
/// sides hear and history has, and none rings past its deadline by more than 5 s and what it took to notice.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed class FailureTests(CallCluster cluster)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(HeldCalls.Full ? 20 : 8);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(HeldCalls.Full ? 30 : 15);

    [Need(Need.Postgres)]
    public async Task Silo_Killed_CallsGoOnElsewhere()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("kill-silo", cluster);
        var detection = await cluster.Detection(cluster.SiloNodes[0].Kill);
        await calls.Finish(detection, Seconds("noticed after", detection));
        Assert.InRange(detection.TotalSeconds, 0, 15);
    }

    [Need(Need.Postgres)]
    public async Task Gateway_Killed_PhonesComeBackElsewhere()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("kill-gateway", cluster);
        await cluster.GatewayNodes[0].Kill();
        await calls.Finish(TimeSpan.Zero);
    }

    [Need(Need.Postgres)]
    public async Task SiloAndGateway_KilledAtOnce_NothingIsLost()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("kill-both", cluster);
        var detection = await cluster.Detection(() => Task.WhenAll(cluster.SiloNodes[1].Kill(), cluster.GatewayNodes[1].Kill()));
        await calls.Finish(detection, Seconds("noticed after", detection));
    }

    [Need(Need.Postgres)]
    public async Task Postgres_Stopped_NothingIsConfirmedAndLost()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("stop-postgres", cluster);
        await cluster.Postgres.Stop();
        var watch = Stopwatch.StartNew();
        var finishing = calls.Finish(() => watch.Elapsed);
        await Until.Passed(Outage);
        await cluster.Postgres.Start();
        watch.Stop();
        var outage = watch.Elapsed;
        await finishing;
        await Figures.Add(Seconds("cluster, stop-postgres: the database was away for", outage));
        Assert.All(cluster.SiloNodes, silo => Assert.True(silo.IsRunning, $"{silo.Name} did not outlive the outage."));
    }

    [Need(Need.Postgres)]
    public async Task Silo_Paused_ComesBackAndHasNoSay()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("pause-silo", cluster);
        var paused = cluster.SiloNodes[2];
        var detection = await cluster.Detection(() =>
        {
            paused.Pause();
            return Task.CompletedTask;
        });
        var finishing = calls.Finish(detection, Seconds("noticed after", detection));
        await Until.Passed(Pause);
        paused.Resume();
        // It finds itself dead in the table, and ends rather than go on as one that calls are in.
        await paused.Exited();
        await finishing;
    }

    [NeedNetwork]
    public async Task Silo_CutOff_HasNoSay()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("cut-silo", cluster);
        var detection = await cluster.Detection(() =>
        {
            Network.Cut(1);
            return Task.CompletedTask;
        });
        var finishing = calls.Finish(detection, Seconds("noticed after", detection));
        await Until.Passed(Pause);
        Network.Mend(1);
        await cluster.SiloNodes[0].Exited();
        await finishing;
    }

    [Need(Need.Postgres)]
    public async Task AllProcesses_UpgradedOneByOne_NoCallFails()
    {
        await cluster.Ready();
        await using var calls = await HeldCalls.Make("upgrade", cluster);
        await using var load = await Load.Start("under-upgrade", cluster);
        var stops = new List<TimeSpan>();
        foreach (var silo in cluster.SiloNodes)
            await Restart(silo);
        var refusedBySilos = load.Refusals.Count;
        foreach (var gateway in cluster.GatewayNodes)
            await Restart(gateway);

        async Task Restart(Node node)
        {
            stops.Add(await node.Stop());
            node.Start();
            await node.Ready();
            await cluster.Settled();
        }

        var (made, failed) = await load.Stop();
        await calls.Finish(
            TimeSpan.Zero,
            $"{made} calls made meanwhile, {failed.Count} failed, {refusedBySilos} commands refused while silos stopped and {load.Refusals.Count - refusedBySilos} while gateways did",
            Seconds("slowest process to stop", stops.Max()));
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed.Take(10)));
        Assert.True(made > 0, "No call was made meanwhile.");
        // A gateway tells its clients to stay for a while, and serves them meanwhile. (On a machine without CPU to spare grains
        // may take longer to move from silo to silo than a gateway's patience.)
        Assert.True(load.Refusals.Count == refusedBySilos, string.Join(Environment.NewLine, load.Refusals.Take(10)));
        Assert.All(stops, stop => Assert.InRange(stop.TotalSeconds, 0, 35));
    }

    private static string Seconds(string what, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {time.TotalSeconds:0.0} s");

    /// <summary>Pairs that call each other, answer and hang up, one call after another.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private const int Pairs = 8;
        private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(50);

        private readonly List<Phone> _phones = [];
        private readonly List<Task> _pairs = [];
        private readonly ConcurrentQueue<string> _failed = [];
        private volatile bool _stopping;
        private int _made;

        public static async Task<Load> Start(string name, CallCluster cluster)
        {
            var load = new Load();
            for (var pair = 0; pair < Pairs; pair++)
            {
                var caller = await Phone.SwitchOn($"{name}-{pair}-caller", cluster.GatewayNodes);
                var callee = await Phone.SwitchOn($"{name}-{pair}-callee", cluster.GatewayNodes);
                load._phones.AddRange([caller, callee]);
                load._pairs.Add(load.Call($"{name}-{pair}", caller, callee));
            }

            return load;
        }

        public IReadOnlyCollection<string> Refusals => [.. _phones.SelectMany(phone => phone.Refusals)];

        public async Task<(int Made, IReadOnlyCollection<string> Failed)> Stop()
        {
            _stopping = true;
            await Task.WhenAll(_pairs);
            return (_made, _failed);
        }

        public async ValueTask DisposeAsync()
        {
            _stopping = true;
            await Task.WhenAll(_pairs);
            foreach (var phone in _phones)
                await phone.DisposeAsync();
        }

        private async Task Call(string name, Phone caller, Phone callee)
        {
            for (var number = 0; !_stopping; number++)
            {
                var id = $"{name}.{number}";
                try
                {
                    await caller.Do(
                        "StartCall", new { callId = id, calleeIds = new[] { callee.UserId }, media = "audio", ringSeconds = 60 });
                    await callee.Until(id, "that it rings", heard => heard.Incoming);
                    await callee.Do("AcceptCall", new { callId = id });
                    await caller.Until(id, "that it was accepted", heard => heard.Accepted);
                    await caller.Do("EndCall", new { callId = id });
                    var ends = await Task.WhenAll(
                        caller.Until(id, "its end", heard => heard.Ended is not null),
                        callee.Until(id, "its end", heard => heard.Ended is not null));
                    foreach (var end in ends)
                        if (end.Wrong is not null || end.Ended != "completed")
                            _failed.Enqueue($"{id}: ended {end.Ended}, {end.Wrong}");
                    Interlocked.Increment(ref _made);
                }
                catch (Exception exception)
                {
                    _failed.Enqueue($"{id}: {exception.Message}");
                }

                await Until.Passed(BetweenCalls);
            }
        }
    }
}
