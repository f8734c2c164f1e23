using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation;

/// <content>
/// When deadlines of rows are, in true time. A row's instants come from the clock of a silo, which may be wrong by any amount,
/// and wrong by another one in the next silo; how long they are meant to last is what counts. </content>
internal sealed partial class Oracle
{
    private static readonly TimeSpan Ready = new CallOptions().Ready;

    private readonly Dictionary<(string CallId, string UserId, DateTimeOffset InvitedAt), Ring> _rings = [];
    private readonly Dictionary<(string CallId, string UserId, DateTimeOffset ReadyBy), DateTimeOffset> _readyBy = [];

    /// <summary>When the row of a call with this leg was first written.</summary>
    private DateTimeOffset Invited(CallState row, LegState leg) => _rings[(row.CallId, leg.UserId, leg.InvitedAt)].Since;

    /// <summary>When a leg's row says that something must have happened with it; null when nothing must.</summary>
    private DateTimeOffset? Due(CallState row, LegState leg)
    {
        var ring = _rings[(row.CallId, leg.UserId, leg.InvitedAt)];
        (DateTimeOffset? Due, TimeSpan Length) wait = leg.IsPending ? (ring.Until, leg.RingUntil - leg.InvitedAt)
            : leg is { Phase: LegPhase.Accepted, ReadyBy: { } readyBy } ? (_readyBy[(row.CallId, leg.UserId, readyBy)], Ready)
            : (null, default);
        // Whoever takes a call up with a clock that is behind cannot know how long it has rung; not longer than
        // it was meant to from there on.
        return wait.Due is { } due && world.ClockWasSetBack && _givenUp.TryGetValue(row.CallId, out var restored)
            ? Later(due, restored + wait.Length)
            : wait.Due;
    }

    private void Time(CallState? before, CallState after)
    {
        foreach (var leg in after.Legs)
        {
            var key = (after.CallId, leg.UserId, leg.InvitedAt);
            if (!_rings.TryGetValue(key, out var ring))
                _rings[key] = new Ring(Now, Now + (leg.RingUntil - leg.InvitedAt));
            else if (before?.LegOf(leg.UserId) is { } former && former.InvitedAt == leg.InvitedAt
                && former.RingUntil != leg.RingUntil)
                _rings[key] = ring with
                {
                    Until = former.RingUntil < leg.RingUntil
                        ? ring.Until + (leg.RingUntil - former.RingUntil)
                        : Now + (leg.RingUntil - leg.InvitedAt),
                };
            if (leg.ReadyBy is { } readyBy)
                _readyBy.TryAdd((after.CallId, leg.UserId, readyBy), Now + Ready);
        }
    }

    private readonly record struct Ring(DateTimeOffset Since, DateTimeOffset Until);
}
