using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// A silo that hangs keeps its connections and answers nothing: the worst of the faults, since nobody is told. Users whose calls
/// and whose own grains were in it must not notice more than one slow answer.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed class HungSiloTests(CallCluster cluster)
{
    private const int Pairs = 48;
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// What the product promises for a command on a machine that is not overloaded; this is printed, and proven with room for CI.
    /// </summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(7);

    private readonly ConcurrentQueue<(string Command, TimeSpan Took)> _answered = [];
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly ConcurrentQueue<TimeSpan> _rings = [];
    private readonly ConcurrentQueue<TimeSpan> _accepts = [];
    private readonly Stopwatch _hung = new();
    private volatile bool _over;

    [Need(Need.Postgres)]
    public async Task Silo_Hung_NoCommandIsRefusedAndNothingGoesUnheard()
    {
        await cluster.Ready();
        var pairs = await Connect();
        await Parallel.ForEachAsync(pairs, async (pair, _) => await Ring(pair, $"{pair.Name}.0"));
        _answered.Clear();
        _rings.Clear();

        var hung = cluster.SiloNodes[2];
        var working = Task.CompletedTask;
        var detection = await cluster.Detection(() =>
        {
            hung.Pause();
            _hung.Start();
            working = Task.WhenAll(pairs.Select(Work));
            return Task.CompletedTask;
        });
        // Calls that begin while the cluster mends itself are in it too.
        await Until.Passed(TimeSpan.FromSeconds(6));
        _over = true;
        try
        {
            await working;
        }
        finally
        {
            hung.Resume();
            await hung.Exited();
        }

        var (slowest, took) = _answered.MaxBy(answer => answer.Took);
        await Figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"cluster, hung silo: noticed after {detection.TotalSeconds:0.0} s; {_answered.Count} commands, {_refused.Count} refused, slowest {took.TotalSeconds:0.0} s ({slowest}), "
            + $"{_answered.Count(answer => answer.Took > Promised)} above {Promised.TotalSeconds:0} s; {_rings.Count} rings, slowest {_rings.Max().TotalSeconds:0.0} s; "
            + $"{_accepts.Count} accepts, slowest heard after {_accepts.Max().TotalSeconds:0.0} s"));
        foreach (var pair in pairs)
        {
            await pair.Caller.DisposeAsync();
            await pair.Callee.DisposeAsync();
        }

        Assert.True(_refused.IsEmpty, string.Join(Environment.NewLine, _refused.Take(10)));
        Assert.InRange(took, TimeSpan.Zero, detection + TimeSpan.FromSeconds(5));
        Assert.InRange(detection, TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    private async Task<Pair[]> Connect()
    {
        var pairs = new Pair[Pairs];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Pairs), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => pairs[i] = new Pair(
                $"hung-{i}", await Phone.SwitchOn($"hung-{i}-caller", cluster.GatewayNodes),
                await Phone.SwitchOn($"hung-{i}-callee", cluster.GatewayNodes)));
        return pairs;
    }

    /// <summary>What people do with the call that was ringing as the silo hung, then one call after another.</summary>
    private async Task Work(Pair pair, int number)
    {
        var held = $"{pair.Name}.0";
        switch (number % 3)
        {
            case 0:
                await Answer(pair, held);
                break;
            case 1:
                await Send(pair.Callee, "RejectCall", new { callId = held });
                await End(pair, held, "rejected");
                break;
            default:
                await Send(pair.Caller, "EndCall", new { callId = held });
                await End(pair, held, "cancelled");
                break;
        }

        for (var next = 1; !_over; next++)
        {
            var id = $"{pair.Name}.{next}";
            await Ring(pair, id);
            await Answer(pair, id);
            await Until.Passed(BetweenCalls);
        }
    }

    private async Task Ring(Pair pair, string id)
    {
        var watch = Stopwatch.StartNew();
        await Send(
            pair.Caller, "StartCall",
            new { callId = id, calleeIds = new[] { pair.Callee.UserId }, media = "audio", ringSeconds = 120 });
        await pair.Callee.Until(id, "that it rings", heard => heard.Incoming);
        _rings.Enqueue(watch.Elapsed);
    }

    private async Task Answer(Pair pair, string id)
    {
        var watch = Stopwatch.StartNew();
        await Send(pair.Callee, "AcceptCall", new { callId = id });
        await pair.Caller.Until(id, "that it was accepted", heard => heard.Accepted);
        _accepts.Enqueue(watch.Elapsed);
        await Send(
            pair.Callee, "SendSignal", new { callId = id, kind = "candidate", payload = new { candidate = "candidate:1" } });
        await Send(pair.Caller, "EndCall", new { callId = id });
        await End(pair, id, "completed");
    }

    private static async Task End(Pair pair, string id, string reason)
    {
        foreach (var phone in new[] { pair.Caller, pair.Callee })
        {
            var heard = await phone.Until(id, "its end", heard => heard.Ended is not null);
            Assert.True(
                heard.Ended == reason && heard.Wrong is null,
                $"{phone.UserId}: {id} ended {heard.Ended}, not {reason}: {heard.Wrong}");
        }
    }

    /// <summary>
    /// Sends a command once: what its user would see. One that is refused is counted, and sent again so that the call goes on.
    /// </summary>
    private async Task Send(Phone phone, string method, object argument)
    {
        var began = _hung.Elapsed;
        var watch = Stopwatch.StartNew();
        try
        {
            await phone.Once(method, argument);
        }
        catch (HubException refused)
        {
            _refused.Enqueue(
                $"{method} of {phone.UserId}, sent {began.TotalSeconds:0.0} s after the silo hung, was refused {watch.Elapsed.TotalSeconds:0.0} s later: {refused.Message}");
            if (method != "SendSignal")
                await phone.Do(method, argument);
        }

        _answered.Enqueue(
            (string.Create(CultureInfo.InvariantCulture, $"{method} at {began.TotalSeconds:0.0} s"), watch.Elapsed));
    }

    private sealed record Pair(string Name, Phone Caller, Phone Callee);
}
