using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine;

/// <summary>
/// What holds of every decision, whatever the command: checked at each step of every test on the <see cref="Bench"/>.
/// </summary>
internal static class Invariants
{
    private static readonly GrainStateSerializer Serializer = new();

    public static void CheckQuestion(CallState? before, Decision question)
    {
        Assert.False(question.Durable && before is null, "A question must not write.");
        var asked = question.Ask.Select(ask => ask.UserId).ToArray();
        Assert.Equal(asked.Order(StringComparer.Ordinal), asked);
    }

    public static void Check(CallState? before, CallCommand command, CallContext context, Decision decision)
    {
        var doing = $"{command.GetType().Name} by {command.Actor?.DeviceId ?? command.Actor?.UserId ?? "the service"}";
        var after = decision.State;
        if (after is null)
        {
            Assert.Null(before);
            Assert.Empty(decision.Notices);
            return;
        }

        State(after, context, doing);
        Seq(before, after, decision, doing);
        Ends(before, after, decision, doing);
        Writes(before, context, decision, doing);
        Notices(before, after, decision, doing);
        Assert.True(Json(after) == Json(CallMachine.Decide(before, command, context).State!), $"{doing}: not a pure function");
    }

    /// <summary>The state as it would lie in the database, read and written once more.</summary>
    public static string Json(CallState state)
    {
        var stored = Serializer.Serialize(new StoredCall { Call = state });
        var text = stored.ToString();
        Assert.Equal(text, Serializer.Serialize(Serializer.Deserialize<StoredCall>(stored)).ToString());
        return text;
    }

    private static void State(CallState state, CallContext context, string doing)
    {
        var next = CallMachine.NextDeadline(state, context.Options);
        Assert.True(next is null == (state.Phase == CallPhase.Ended), $"{doing}: next deadline {next} in {state.Phase}");
        Assert.True(next is null || next > context.Now, $"{doing}: a deadline of {next} was passed over at {context.Now}");
        Assert.True(
            state.AnsweredAt is null
                == (state.Phase == CallPhase.Ringing || (state.Phase == CallPhase.Ended && state.AnsweredAt is null)),
            $"{doing}: answered at {state.AnsweredAt} in {state.Phase}");
        if (state.Phase != CallPhase.Ended)
        {
            Assert.True(state.EndReason is null && state.EndedAt is null && state.EndedBy is null, $"{doing}: open with an end");
            return;
        }

        Assert.True(state.EndReason!.Value.IsStored(), $"{doing}: {state.EndReason} was stored");
        Assert.True(state.EndedAt <= context.Now, $"{doing}: ended in the future");
        Assert.True(state.EndedAt >= (state.AnsweredAt ?? state.CreatedAt), $"{doing}: ended before it was answered");
        Assert.Null(state.Offer);
        Assert.All(
            state.Legs, leg => Assert.False(leg.IsPending || leg.IsIn || leg.Answer is not null || !leg.KeptSignals.IsEmpty,
                $"{doing}: leg of {leg.UserId} is {leg.Phase} after the end"));
    }

    private static void Seq(CallState? before, CallState after, Decision decision, string doing)
    {
        var from = before?.Seq ?? 0;
        var numbers = new SortedSet<long>();
        foreach (var notice in decision.Notices)
        {
            foreach (var device in Devices(notice.UserId))
            {
                var last = from;
                foreach (var what in Bench.Inbox(decision, device).OfType<CallEvent>().Where(e => e is not SignalReceived))
                {
                    Assert.True(what.Seq > last, $"{doing}: {device} heard two events numbered {what.Seq}, or one too late");
                    numbers.Add(last = what.Seq);
                }
            }
        }

        Assert.True(after.Seq >= from && numbers.All(n => n <= after.Seq), $"{doing}: an event is numbered past the call");
        // What only somebody who has left would hear, or nobody was asked to hear, still has its number.
        if (!after.Caller.Left && before is not null)
            Assert.True(
                numbers.Count == after.Seq - from, $"{doing}: {after.Seq - from} numbers for events {string.Join(',', numbers)}");
    }

    private static void Ends(CallState? before, CallState after, Decision decision, string doing)
    {
        if (before?.Phase == CallPhase.Ended)
        {
            Assert.True(Json(Unrated(before)) == Json(Unrated(after)), $"{doing}: changed an ended call");
            Assert.True(
                decision.Durable == (!Ratings(before).SequenceEqual(Ratings(after))),
                $"{doing}: wrote an ended call again, or not what it is rated");
            Assert.True(decision.Notices.IsEmpty, $"{doing}: an ended call told somebody something");
        }

        var all = decision.Notices.SelectMany(n => n.Events).Select(e => e.Event).ToList();
        Assert.False(after.Phase == CallPhase.Ended && all.Any(e => e is CallIncoming), $"{doing}: an ended call rang");
        Assert.All(
            all.OfType<CallEnded>(),
            ended => Assert.True(ended.DurationMs is null or >= 0, $"{doing}: lasted {ended.DurationMs} ms"));
        foreach (var userId in before is null ? [] : before.OpenUsers())
        {
            if (after.OpenFor(userId) is not null)
                continue;
            foreach (var device in Devices(userId))
                Assert.True(
                    Bench.Inbox(decision, device).Count(e => e is CallEnded) == 1, $"{doing}: {device} must hear the end once");
        }
    }

    /// <summary>A rating is all that an ended call takes.</summary>
    private static CallState Unrated(CallState call) => call with
    {
        Timeline = [],
        Caller = call.Caller with { Quality = Unrated(call.Caller.Quality) },
        Legs = [.. call.Legs.Select(leg => leg with { Quality = Unrated(leg.Quality) })],
    };

    private static CallQuality? Unrated(CallQuality? quality) =>
        quality is null or { Reports: 0 } ? null : quality with { Stars = null };

    private static int?[] Ratings(CallState call) => [call.Caller.Quality?.Stars, .. call.Legs.Select(leg => leg.Quality?.Stars)];

    private static void Writes(CallState? before, CallContext context, Decision decision, string doing)
    {
        var heard = decision.Notices.Any(n => n.Missed is not null || n.Events.Any(e => e.Event is CallEvent { Seq: > 0 } what
            && !(what is CallProgress { Stage: RingStage.Ringing } && what.Seq <= before?.SetAside)));
        Assert.True(!heard || decision.Durable, $"{doing}: told before it is written");
        var expired = before is not null && CallMachine.NextDeadline(before, context.Options) <= context.Now;
        if (decision.Reply.Error is not null && !expired && before is not null)
        {
            Assert.False(decision.Durable, $"{doing}: refused and yet written");
            Assert.False(heard, $"{doing}: refused and yet told");
        }
    }

    private static void Notices(CallState? before, CallState after, Decision decision, string doing)
    {
        Assert.True(
            decision.Notices.Select(n => n.UserId).Distinct().Count() == decision.Notices.Length,
            $"{doing}: two notices for one user");
        foreach (var notice in decision.Notices)
        {
            var leg = after.LegOf(notice.UserId);
            Assert.True(
                leg is null or not { Bar: LegBar.Blocked }, $"{doing}: {notice.UserId} heard of a caller whom they block");
            Assert.True(leg is not null || notice.UserId == after.Caller.UserId, $"{doing}: {notice.UserId} is no party");
            Assert.False(
                CallViews.Differs(notice.Call, after.OpenFor(notice.UserId)), $"{doing}: {notice.UserId} is told an older part");
            var stranger = before?.OpenFor(notice.UserId) is null && notice.Call is null
                && leg is not { Bar: LegBar.DoNotDisturb };
            Assert.True(
                !stranger || notice.Events.IsEmpty || before is null,
                $"{doing}: {notice.UserId} has no open part and heard of it");
        }
    }

    private static string[] Devices(string userId) => [userId + "1", userId + "2", userId + "3"];
}
