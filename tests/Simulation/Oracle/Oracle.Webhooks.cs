using OrleansCalls.Calls;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Simulation;

/// <content>What an app's back end is told: of each row that landed what is owed, at least once and in order,
/// and of nothing else.</content>
internal sealed partial class Oracle
{
    // Events by call, in the order in which their rows landed. True: has to be told.
    private readonly Dictionary<string, List<(string Id, bool Must)>> _owed = [];
    private readonly HashSet<string> _taken = [];

    /// <summary>An event is on its way.</summary>
    public void WebhookSent(WebhookEvent what)
    {
        var owed = _owed.GetValueOrDefault(what.Call.CallId) ?? [];
        var place = owed.FindIndex(one => one.Id == what.Id);
        IsTrue(place >= 0, "webhook_true", $"{what.Id} is sent, and no row owes it");
        IsTrue(Versions(what.Call.CallId).Exists(v => v.Seq == what.Call.Seq && Same(v, what.Call)), "webhook_true",
            $"{what.Id} shows the call as {what.Call.State} {what.Call.EndReason}, which is in no row");
        // Events of one row have their own order.
        var earlier = owed.Take(Math.Max(0, place))
            .Where(one => SeqOf(one.Id) < what.Call.Seq && one.Must && !_taken.Contains(one.Id)).ToList();
        IsTrue(earlier.Count == 0, "webhooks_in_order", $"{what.Id} is sent before {string.Join(' ', earlier)}");
    }

    /// <summary>The back end has seen it, whether or not the answer arrives.</summary>
    public void WebhookDone(WebhookEvent what)
    {
        _taken.Add(what.Id);
        world.Totals.Webhooks++;
    }

    private static long SeqOf(string id) => long.Parse(id.Split(':')[1], null);

    private void WebhooksKept(CallState? before, CallState after)
    {
        if (!_owed.TryGetValue(after.CallId, out var owed))
            _owed.Add(after.CallId, owed = []);
        if (before?.Phase != CallPhase.Ended)
            owed.AddRange(
                OwedBy(before, after).Where(one => world.BackEnd.Wants($"call.{one.What.Split(':')[0]}"))
                    .Select(one => ($"{after.CallId}:{after.Seq}:call.{one.What}", one.Must)));
        var kept = (after.Webhooks ?? []).Select(what => what.Id).ToHashSet();
        foreach (var (id, must) in owed)
            IsTrue(
                !must || _taken.Contains(id) || kept.Contains(id), "webhook_kept",
                $"{id} is not taken yet, and the row of {after.CallId} has forgotten it");
    }

    private static IEnumerable<(string What, bool Must)> OwedBy(CallState? before, CallState after)
    {
        if (before is null)
            yield return ("created", true);
        foreach (var leg in after.Legs)
        {
            var former = before?.LegOf(leg.UserId) is { } known && known.InvitedAt == leg.InvitedAt ? known : null;
            if (leg is { Phase: LegPhase.Ringing, AlertAssumed: false }
                && former is not { Phase: LegPhase.Ringing, AlertAssumed: false })
                yield return ($"ringing:{leg.UserId}", true);
            if (leg.IsIn && former is not { IsIn: true })
                yield return ($"accepted:{leg.UserId}", true);
            // A ring that was taken over or ended by an operator is no missed call; one that ended in the same moment before that
            // is. Somebody busy may be invited again in the same instant, and is busy again.
            if (leg.Phase is LegPhase.Missed or LegPhase.Busy
                && (former?.Phase != leg.Phase || Busy(after, leg) > Busy(before!, leg)))
                yield return ($"missed:{leg.UserId}", after.EndReason?.Meaning().ForCallee is null or HistoryOutcome.Missed);
            // Its ring ran out in the very turn in which it was invited again.
            else if (former is null && before?.LegOf(leg.UserId) is { IsPending: true })
                yield return ($"missed:{leg.UserId}", false);
        }

        if (after.Phase == CallPhase.Active && before?.Phase != CallPhase.Active)
            yield return ("active", true);
        if (after.Phase == CallPhase.Ended)
            yield return ("ended", true);
    }

    private static int Busy(CallState call, LegState leg) =>
        call.Timeline.Count(entry => entry.What == "busy" && entry.UserId == leg.UserId);

    /// <summary>
    /// What is not told yet lies in its row, with a place in the index of open calls; after a day without
    /// trouble there is nothing of that.
    /// </summary>
    private void WebhooksTold(bool all)
    {
        var kept = world.OpenCalls.All.ToHashSet();
        foreach (var (callId, owed) in _owed)
        {
            var open = owed.Where(one => one.Must && !_taken.Contains(one.Id)).Select(one => one.Id).ToList();
            IsTrue(open.Count == 0 || (!all && kept.Contains(callId)), "webhooks",
                $"the back end was never told of {string.Join(' ', open)}");
        }
    }
}
