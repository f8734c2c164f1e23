using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.History;

/// <summary>Converts ended calls to records of history.</summary>
public static class CallSessions
{
    /// <summary>
    /// Returns the record of an ended call. A blocked caller's ring leaves no trace in the callee's history. Erased users are
    /// no participants; without participants there is nothing to store.
    /// </summary>
    public static CallSession From(CallState state)
    {
        var meaning = state.EndReason!.Value.Meaning();
        var answered = state.AnsweredAt is not null;
        var participants = ImmutableArray.CreateBuilder<CallParticipant>();
        participants.Add(new CallParticipant
        {
            UserId = state.Caller.UserId,
            IsCaller = true,
            Outcome = CallersOutcome(answered, state.EndReason.Value),
            Quality = QualityOf(state, state.Caller),
        });
        foreach (var leg in state.Legs)
        {
            // A caller who was invited back appears in the history once, as the caller.
            if (leg.Phase == LegPhase.Blocked || leg.UserId == state.Caller.UserId)
                continue;
            participants.Add(new CallParticipant
            {
                UserId = leg.UserId,
                IsCaller = false,
                Outcome = leg.Phase switch
                {
                    LegPhase.Left when state.EndReason is EndReason.ConnectTimeout or EndReason.Failed => HistoryOutcome.Failed,
                    LegPhase.Left => HistoryOutcome.Answered,
                    LegPhase.Declined => HistoryOutcome.Declined,
                    LegPhase.Busy => HistoryOutcome.Missed,
                    _ => answered ? HistoryOutcome.Missed : meaning.ForCallee,
                },
                Quality = leg.Quality,
            });
        }

        return state.Erased.Aggregate(
            new CallSession { Call = state.ViewFor(null), Timeline = state.Timeline, Participants = participants.ToImmutable() },
            (session, erased) => new CallSession
            {
                Call = Erasure.Of(session.Call, erased.UserId, erased.Alias),
                Timeline = Erasure.Of(session.Timeline, erased.UserId, erased.Alias),
                Participants = session.Participants.RemoveAll(person => person.UserId == erased.UserId),
            });
    }

    /// <summary>A caller who was invited back measured and rated the later part as a callee.</summary>
    private static CallQuality? QualityOf(CallState state, CallerState caller) =>
        state.LegOf(caller.UserId)?.Quality is not { } later ? caller.Quality
        : later.Reports == 0 && caller.Quality is { } earlier ? earlier with { Stars = later.Stars }
        : later;

    /// <summary>Returns the outcome of an ended call for its caller.</summary>
    public static HistoryOutcome CallersOutcome(bool answered, EndReason reason) =>
        answered && reason is not (EndReason.ConnectTimeout or EndReason.Failed)
            ? HistoryOutcome.Answered
            : reason.Meaning().ForCaller;
}
