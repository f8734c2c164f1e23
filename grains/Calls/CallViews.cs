namespace OrleansCalls.Calls;

/// <summary>Views of a call by reader.</summary>
public static class CallViews
{
    /// <summary>Returns the view of a party. Only the callee's own view shows that the caller is blocked.</summary>
    public static Call ViewFor(this CallState state, string? readerId) => new()
    {
        CallId = state.CallId,
        Caller = new Caller
        {
            Id = state.Caller.UserId, Name = state.Caller.Name, DeviceId = state.Caller.DeviceId, Left = state.Caller.Left,
        },
        Media = state.Media,
        ConversationId = state.ConversationId,
        Metadata = state.Metadata,
        State = state.Phase,
        RingUntil = state.RingUntil,
        CreatedAt = state.CreatedAt,
        AnsweredAt = state.AnsweredAt,
        EndedAt = state.EndedAt,
        EndReason = state.EndReason,
        EndedBy = state.EndedBy,
        Seq = state.Seq,
        Legs = [.. state.Legs.Select(leg => new Leg
        {
            UserId = leg.UserId,
            Name = leg.Name,
            State = leg.Phase == LegPhase.Blocked && readerId != leg.UserId ? LegPhase.Missed : leg.Phase,
            DeviceId = leg.DeviceId,
            Reason = leg.Reason,
        })],
        InvitedBy = readerId is not null && state.LegOf(readerId)?.InvitedBy is { } inviter
            ? new Inviter { Id = inviter, Name = state.LegOf(inviter)?.Name ?? "" }
            : null,
    };

    /// <summary>Returns what a party's own grain stores of the call; null when the user has no open part in it.</summary>
    public static OpenCall? OpenFor(this CallState state, string userId)
    {
        if (state.Phase == CallPhase.Ended)
            return null;
        return state.PartyOf(userId) switch
        {
            CallerState { Left: false } caller => Summary(state, caller, null),
            LegState { IsOpen: true } leg => Summary(state, leg, leg),
            _ => null,
        };
    }

    /// <summary>Returns all users with an open part, the caller first.</summary>
    public static IEnumerable<string> OpenUsers(this CallState state)
    {
        if (state.Phase == CallPhase.Ended)
            yield break;
        if (!state.Caller.Left)
            yield return state.Caller.UserId;
        foreach (var leg in state.Legs)
            if (leg.IsOpen)
                yield return leg.UserId;
    }

    /// <summary>Returns true if what a user's grain stores of the call differs in more than its number.</summary>
    public static bool Differs(OpenCall? before, OpenCall? after)
    {
        if (before is null || after is null)
            return before is not null || after is not null;
        return before.State != after.State || before.Leg != after.Leg || before.RingUntil != after.RingUntil
            || before.BoundDeviceId != after.BoundDeviceId || before.BoundDeviceHasSocket != after.BoundDeviceHasSocket
            || before.Silenced != after.Silenced || before.CalleeIds.Length != after.CalleeIds.Length
            || before.PushedDeviceIds.Length != after.PushedDeviceIds.Length;
    }

    private static OpenCall Summary(CallState state, PartyState party, LegState? leg) => new()
    {
        CallId = state.CallId,
        Seq = state.Seq,
        IsCaller = leg is null,
        CallerId = state.Caller.UserId,
        CalleeIds = [.. state.Legs.Select(other => other.UserId)],
        State = state.Phase,
        Leg = leg?.Phase,
        Media = state.Media,
        RingUntil = leg?.RingUntil ?? state.RingUntil,
        BoundDeviceId = party.DeviceId,
        BoundDeviceHasSocket = party.HasSocket,
        Silenced = leg?.Silenced ?? false,
        PushedDeviceIds = leg?.PushedDeviceIds ?? [],
        CreatedAt = state.CreatedAt,
    };
}
