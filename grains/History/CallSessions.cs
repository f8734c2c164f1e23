using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.History;

/// <summary>How an ended call becomes a record of history.</summary>
public static class CallSessions
{
    /// <summary>The record of an ended call. A blocked caller's ring leaves no trace in the callee's history.</summary>
    public static CallSession From(CallState state)
    {
        var meaning = state.EndReason!.Value.Meaning();
        var answered = state.AnsweredAt is not null;
        var participants = ImmutableArray.CreateBuilder<CallParticipant>();
        participants.Add(new CallParticipant
        {
            UserId = state.Caller.UserId,
            IsCaller = true,
            Outcome = answered && state.EndReason != EndReason.ConnectTimeout ? HistoryOutcome.Answered : meaning.ForCaller,
        });
        foreach (var leg in state.Legs)
        {
            if (leg.Phase == LegPhase.Blocked)
                continue;
            participants.Add(new CallParticipant
            {
                UserId = leg.UserId,
                IsCaller = false,
                Outcome = leg.Phase switch
                {
                    LegPhase.Left when state.EndReason == EndReason.ConnectTimeout => HistoryOutcome.Failed,
                    LegPhase.Left => HistoryOutcome.Answered,
                    LegPhase.Declined => HistoryOutcome.Declined,
                    LegPhase.Busy => HistoryOutcome.Missed,
                    _ => answered ? HistoryOutcome.Missed : meaning.ForCallee,
                },
            });
        }

        return new CallSession { Call = state.ViewFor(null), Participants = participants.ToImmutable() };
    }
}
