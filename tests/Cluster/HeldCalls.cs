using System.Diagnostics;
using System.Globalization;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// Calls that ring and calls that are talked over, while something breaks. Afterwards the ringing ones are answered, rejected,
/// cancelled or left to their deadline, the others hung up, and then both sides and history must agree on how each one ended.
/// </summary>
public sealed class HeldCalls : IAsyncDisposable
{
    private readonly string _name;
    private readonly CallCluster _cluster;
    private readonly List<Held> _calls = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private HeldCalls(string name, CallCluster cluster) => (_name, _cluster) = (name, cluster);

    /// <summary>The issue's 200 and 200 in a full run; fewer in the usual one, for the sake of CI's time.</summary>
    public static bool Full => Environment.GetEnvironmentVariable("ORLEANSCALLS_CLUSTER") == "full";

    private static int Each => Full ? 200 : 40;

    /// <summary>Makes them; when it returns, every callee's phone rings or is in its call.</summary>
    public static async Task<HeldCalls> Make(string name, CallCluster cluster)
    {
        var held = new HeldCalls(name, cluster);
        var made = new Held[Each * 2];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, made.Length), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            {
                var id = $"{name}-{i}";
                var caller = await Phone.SwitchOn(id + "-caller", cluster.GatewayNodes);
                var callee = await Phone.SwitchOn(id + "-callee", cluster.GatewayNodes);
                // One in four rings to its deadline, which falls into the failure or close behind it.
                var plan = i < Each ? Plan.HangUp : (Plan)(1 + (i % 4));
                made[i] = new Held(id, caller, callee, plan);
                var ringSeconds = plan == Plan.Timeout ? Full ? 30 + (i % 30) : 12 + (i % 12) : 170;
                var call = await caller.Do(
                    "StartCall", new { callId = id, calleeIds = new[] { callee.UserId }, media = "audio", ringSeconds });
                await callee.Until(id, "that it rings", heard => heard.Incoming);
                call = await callee.Do("AckRinging", new { callId = id });
                if (plan == Plan.HangUp)
                {
                    await callee.Do("AcceptCall", new { callId = id });
                    await caller.Until(id, "that it was accepted", heard => heard.Accepted);
                }

                made[i].RingUntil = DateTimeOffset.Parse((string)call!["ringUntil"]!, CultureInfo.InvariantCulture);
            });
        held._calls.AddRange(made);
        held._watch.Restart();
        return held;
    }

    /// <summary>
    /// Ends all of them and proves the promises. <paramref name="allowance"/>: how late a deadline may
    /// be, from detection or an outage.
    /// </summary>
    public Task Finish(TimeSpan allowance, params string[] figures) => Finish(() => allowance, figures);

    /// <summary>The same where it turns out only later how long it took.</summary>
    public async Task Finish(Func<TimeSpan> allowance, params string[] figures)
    {
        await Parallel.ForEachAsync(_calls, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (call, _) =>
        {
            await Carry(call);
            await call.Caller.Until(call.Id, "its end", heard => heard.Ended is not null);
            await call.Callee.Until(call.Id, "its end", heard => heard.Ended is not null);
        });

        var faults = new List<string>();
        var worst = TimeSpan.MinValue;
        var late = 0;
        foreach (var call in _calls)
        {
            foreach (var phone in new[] { call.Caller, call.Callee })
            {
                var heard = phone.Of(call.Id);
                if (heard.Wrong is { } wrong)
                    faults.Add($"{phone.UserId}: {wrong}");
                if (heard.Ended != call.Reason)
                    faults.Add($"{phone.UserId}: ended {heard.Ended}, not {call.Reason}");
                if (call.Plan != Plan.Timeout)
                    continue;
                var lateness = heard.EndedAt - call.RingUntil;
                worst = lateness > worst ? lateness : worst;
                if (lateness > TimeSpan.FromSeconds(1))
                    late++;
                if (lateness > allowance() + TimeSpan.FromSeconds(5))
                    faults.Add($"{phone.UserId}: rang {lateness.TotalSeconds:0.0} s past its deadline");
            }
        }

        await InHistory(faults);
        await Report(faults.Count, late, worst, figures);
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults.Take(20).Prepend($"Seed {Chance.Seed}:")));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var call in _calls)
        {
            await call.Caller.DisposeAsync();
            await call.Callee.DisposeAsync();
        }
    }

    private static async Task Carry(Held call)
    {
        var id = new { callId = call.Id };
        switch (call.Plan)
        {
            case Plan.HangUp:
                await call.Caller.Do("EndCall", id);
                break;
            case Plan.Cancel:
                await call.Caller.Do("EndCall", id);
                break;
            case Plan.Reject:
                await call.Callee.Do("RejectCall", id);
                break;
            case Plan.Answer:
                await call.Callee.Do("AcceptCall", id);
                await call.Caller.Until(call.Id, "that it was accepted", heard => heard.Accepted);
                await call.Callee.Do("EndCall", id);
                break;
            case Plan.Timeout:
                break;
        }
    }

    /// <summary>Written once, outside the ringing path, so perhaps a moment later.</summary>
    private async Task InHistory(List<string> faults)
    {
        try
        {
            await Until.Seen(
                () => _cluster.Count($"SELECT count(*) FROM call_sessions WHERE call_id LIKE '{_name}-%'"),
                sessions => sessions >= _calls.Count,
                $"a history of {_calls.Count} calls", TimeSpan.FromSeconds(70));
        }
        catch (TimeoutException late)
        {
            faults.Add(late.Message);
        }

        var sessions = await _cluster.Count($"SELECT count(*) FROM call_sessions WHERE call_id LIKE '{_name}-%'");
        var participants = await _cluster.Count($"SELECT count(*) FROM call_participants WHERE call_id LIKE '{_name}-%'");

        if (sessions != _calls.Count)
            faults.Add($"history has {sessions} of {_calls.Count} calls");
        if (participants != _calls.Count * 2)
            faults.Add($"history has {participants} of {_calls.Count * 2} participants");
        foreach (var call in _calls)
            if (await _cluster.Count(
                $"SELECT count(*) FROM call_sessions WHERE call_id = '{call.Id}' AND end_reason = '{call.Reason}'") != 1)
                faults.Add($"history has {call.Id} with another reason than {call.Reason}");
    }

    private async Task Report(int faults, int late, TimeSpan worst, string[] figures)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"cluster, {_name}: {_calls.Count} calls ({Each} talking, {Each} ringing), {faults} wrong, {late} phones heard a deadline more than 1 s late, "
                +
            $"worst {worst.TotalSeconds:0.0} s, {_calls.Sum(c => c.Caller.Repeats + c.Callee.Repeats)} commands sent again{string.Concat(figures.Select(f => ", " + f))}; {_watch.Elapsed.TotalSeconds:0} s");
        await Figures.Add(line);
    }

    private enum Plan
    {
        HangUp,
        Cancel,
        Reject,
        Answer,
        Timeout,
    }

    private sealed record Held(string Id, Phone Caller, Phone Callee, Plan Plan)
    {
        public DateTimeOffset RingUntil { get; set; }

        public string Reason => Plan switch
        {
            Plan.Cancel => "cancelled",
            Plan.Reject => "rejected",
            Plan.Timeout => "no_answer",
            _ => "completed",
        };
    }
}

/// <summary>What was measured, for the end of the run.</summary>
public static class Figures
{
    public static async Task Add(string line)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_FIGURES") is { Length: > 0 } file)
            await File.AppendAllTextAsync(file, line + Environment.NewLine);
        else
            await Console.Out.WriteLineAsync(line);
    }
}
