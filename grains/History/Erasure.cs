using System.Collections.Immutable;
using OrleansCalls.Calls;
using OrleansCalls.Users;

namespace OrleansCalls.History;

/// <summary>
/// Takes one person out of what is kept, as pure functions: name, devices and own words go, the id gives way to one that says nothing.
/// What belongs to the other people in a call stays as it was.
/// </summary>
public static class Erasure
{
    /// <summary>A past call without this person.</summary>
    public static Call Of(Call call, string userId, string alias)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call with
        {
            Caller = call.Caller.Id == userId ? new Caller { Id = alias, Left = call.Caller.Left } : call.Caller,
            EndedBy = call.EndedBy == userId ? alias : call.EndedBy,
            Legs = [.. call.Legs.Select(leg => leg.UserId == userId ? new Leg { UserId = alias, State = leg.State } : leg)],
        };
    }

    /// <summary>A past call and its timeline without this person.</summary>
    public static EndedCall Of(EndedCall ended, string userId, string alias)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return new EndedCall { Call = Of(ended.Call, userId, alias), Timeline = Of(ended.Timeline, userId, alias) };
    }

    /// <summary>A timeline without this person's devices and words. Lines of others that may name the person lose their detail.</summary>
    public static ImmutableArray<TimelineEntry> Of(ImmutableArray<TimelineEntry> timeline, string userId, string alias) =>
    [
        .. timeline.Select(entry => entry.UserId == userId
            ? entry with { UserId = alias, DeviceId = null, Detail = null }
            : entry.Detail?.Contains(userId, StringComparison.Ordinal) == true ? entry with { Detail = null } : entry),
    ];

    /// <summary>
    /// An ended call's state without this person's name, devices and words. The ids stay for as long as the state does: they are what
    /// refuses the call's id to strangers until it is free again.
    /// </summary>
    public static CallState Of(CallState call, string userId, string alias)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call with
        {
            Caller = call.Caller.UserId == userId ? call.Caller with { Name = "", DeviceId = null } : call.Caller,
            Legs =
            [
                .. call.Legs.Select(leg => leg.UserId == userId
                    ? leg with { Name = null, Reason = null, DeviceId = null, PushedDeviceIds = [], KeptSignals = [] }
                    : leg),
            ],
            Timeline = Of(call.Timeline, userId, userId),
            Erased = call.Erased.Add(new ErasedParty { UserId = userId, Alias = alias }),
        };
    }

    /// <summary>A user's durable part without this caller.</summary>
    public static StoredUser Of(StoredUser user, string callerId, string alias)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Missed.Any(missed => missed.CallerId == callerId)
            ? user with
            {
                Missed = [.. user.Missed.Select(missed => missed.CallerId == callerId ? missed with { CallerId = alias, CallerName = "" } : missed)],
            }
            : user;
    }
}
