using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation;

/// <content>What must come true in time, and what must be so in the end.</content>
internal sealed partial class Oracle
{
    // Timers are exact; the durable net is a sweep once a minute, for what is five seconds late.
    private static readonly TimeSpan Punctual = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Detected = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Merged = TimeSpan.FromSeconds(30);

    // A user's grain that died with its silo learns of a call that lives on in another one when the call next tells its parts.
    private static readonly TimeSpan Refreshed = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(string, string), DateTimeOffset> _doubles = [];

    /// <summary>
    /// Every half second: nothing rings past its deadline or its call's end, nobody is in two calls with the same person.
    /// </summary>
    public void Sweep()
    {
        foreach (var call in world.Storage.Calls.Values)
        {
            if (call.Phase == CallPhase.Ended)
                continue;
            foreach (var leg in call.Legs)
            {
                if (Due(call, leg) is not { } deadline || Now < deadline + Punctual)
                    continue;
                var calm = world.LastFault < Invited(call, leg) - Merged;
                var late = Now - (deadline > world.LastFault ? deadline : world.LastFault);
                IsTrue(
                    late <= (calm ? Punctual : Detected), "deadline",
                    $"{call.CallId}: {leg.UserId} is {leg.Phase} {Now - deadline} past its deadline");
            }
        }

        Doubles();
        RingsOn();
    }

    /// <summary>A device that is connected hears of an end, however often it came back since, or whatever crashed.</summary>
    private void RingsOn()
    {
        foreach (var device in world.Users.SelectMany(user => user.Devices))
        {
            if (device.Connection is not { } connection)
                continue;
            foreach (var call in device.Open)
            {
                if (!_endedAt.TryGetValue(call.CallId, out var ended))
                    continue;
                var since = Later(Later(ended, connection.Lease.ConnectedAt), world.LastFault);
                IsTrue(
                    Now - since <= Detected, "rings_on",
                    $"{device} is connected and has not heard for {Now - since} that {call.CallId} is over");
            }
        }
    }

    /// <summary>After the quiet time: what is left is a conversation.</summary>
    public bool NothingRings()
    {
        foreach (var call in world.Storage.Calls.Values)
            IsTrue(
                call.Phase is CallPhase.Active or CallPhase.Ended, "quiet_ends_rings",
                $"{call.CallId} is {call.Phase} after all that time");
        return Violation is null;
    }

    /// <summary>
    /// After everybody has hung up: all calls have ended, each device knows, nobody is busy, history and missed calls are whole.
    /// </summary>
    public bool EverybodyHasHeard()
    {
        foreach (var call in world.Storage.Calls.Values)
        {
            IsTrue(call.Phase == CallPhase.Ended, "all_end", $"{call.CallId} is {call.Phase} after everybody has hung up");
            IsTrue(_history.ContainsKey(call.CallId), "history", $"{call.CallId} ended {call.EndReason} and is not in history");
            foreach (var leg in call.Legs)
                Missed(call, leg);
        }

        foreach (var device in world.Users.SelectMany(user => user.Devices).Where(device => device.Connection is not null))
        {
            foreach (var call in device.Open)
                IsTrue(
                    Row(call.CallId) is { Phase: not CallPhase.Ended }, "both_hear_the_end",
                    $"{device} is connected and never heard that {call.CallId} is over");
        }

        foreach (var user in world.Users)
        {
            var open = world.Cluster.Run(() => world.Client.GetUser(user.Id).GetOpenCallIds());
            IsTrue(open.IsEmpty, "admission_heals", $"{user.Id} still has {string.Join(' ', open)} open");
        }

        WebhooksTold(all: false);
        return Violation is null;
    }

    /// <summary>Minutes after all devices have vanished: what no socket's absence ends, the silence does.</summary>
    public bool NobodyIsInACall()
    {
        foreach (var call in world.Storage.Calls.Values)
            IsTrue(call.Phase == CallPhase.Ended, "silence_ends", $"{call.CallId} is {call.Phase}, and nobody is there any more");
        return Violation is null;
    }

    /// <summary>After a day without anybody.</summary>
    public bool NothingIsLeft()
    {
        foreach (var call in world.Storage.Calls.Values)
            IsTrue(call.Phase == CallPhase.Ended, "all_end", $"{call.CallId} is {call.Phase} after a day");
        // The sweep never sleeps for long.
        var sweep = world.Client.GetSweep().GetGrainId();
        var activations = world.Cluster.Activations.Select(activation => activation.GrainId)
            .Where(grain => grain != sweep).ToList();
        IsTrue(activations.Count == 0, "memory", $"{string.Join(' ', activations)} are in memory after a day");
        IsTrue(
            world.OpenCalls.All.Count == 0, "index",
            $"{string.Join(' ', world.OpenCalls.All)} are in the index of open calls after a day");
        WebhooksTold(all: true);
        return Violation is null;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Missed(CallState call, LegState leg)
    {
        var times = _missed.GetValueOrDefault((leg.UserId, call.CallId));
        if (leg.Phase is not (LegPhase.Missed or LegPhase.Busy))
        {
            IsTrue(
                times == 0 || Versions(call.CallId).Exists(v => v.LegOf(leg.UserId) is { } l && l.InvitedAt != leg.InvitedAt),
                "missed_once",
                $"{leg.UserId} was {leg.Phase} in {call.CallId} and has a missed call");
            return;
        }

        // A ring that was taken over, ended by an operator or by a failure is no missed call; one that ended before that is.
        var must = call.EndReason!.Value.Meaning().ForCallee == HistoryOutcome.Missed;
        var invited = Versions(call.CallId).Select(v => v.LegOf(leg.UserId)?.InvitedAt).Distinct().Count(at => at is not null);
        IsTrue((times >= 1 && times <= invited) || !must, "missed_once",
            $"{leg.UserId} was {leg.Phase} in {call.CallId}, which ended {call.EndReason}, and has {times} missed calls of it");
    }

    /// <summary>Two people are in one call with each other at most, once glare and re-calls have been sorted out.</summary>
    private void Doubles()
    {
        var pairs = world.Storage.Calls.Values.Where(
            call => call is { Phase: not CallPhase.Ended, IsOneToOne: true } && call.Legs[0].Bar == LegBar.None)
            .GroupBy(call => string.CompareOrdinal(call.Caller.UserId, call.Legs[0].UserId) < 0
                ? (call.Caller.UserId, call.Legs[0].UserId) : (call.Legs[0].UserId, call.Caller.UserId))
            .Where(pair => pair.Count() > 1).Select(pair => (pair.Key, pair)).ToList();
        foreach (var gone in _doubles.Keys.Except(pairs.Select(p => p.Key)).ToList())
            _doubles.Remove(gone);
        foreach (var (key, pair) in pairs)
        {
            _doubles.TryAdd(key, Now);
            var known = Later(_userLost.GetValueOrDefault(key.Item1), _userLost.GetValueOrDefault(key.Item2)) + Refreshed;
            var since = Later(Later(_doubles[key], world.LastFault), known);
            IsTrue(Now - since < Merged, "one_call_of_two",
                $"{key} are in {string.Join(" and ", pair.Select(c => $"{c.CallId} ({c.Phase})"))}");
        }
    }
}
