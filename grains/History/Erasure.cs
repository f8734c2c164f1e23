using System.Collections.Immutable;
using OrleansCalls.Calls;
using OrleansCalls.Users;

namespace OrleansCalls.History;

/// <summary>
/// Erases one user from stored data, as pure functions: name, devices and free texts are removed, the id is replaced by an
/// alias. Data of the call's other parties stays.
/// </summary>
public static class Erasure
{
    /// <summary>Returns a past call without this user.</summary>
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

    /// <summary>Returns a past call and its timeline without this user.</summary>
    public static EndedCall Of(EndedCall ended, string userId, string alias)
    {
        ArgumentNullException.ThrowIfNull(ended);
        return new EndedCall { Call = Of(ended.Call, userId, alias), Timeline = Of(ended.Timeline, userId, alias) };
    }

    /// <summary>
    /// Returns a timeline without this user's devices and texts. Entries of others that may name the user lose their detail.
    /// </summary>
    public static ImmutableArray<TimelineEntry> Of(ImmutableArray<TimelineEntry> timeline, string userId, string alias) =>
    [
        .. timeline.Select(entry => entry.UserId == userId
            ? entry with { UserId = alias, DeviceId = null, Detail = null }
            : entry.Detail?.Contains(userId, StringComparison.Ordinal) == true ? entry with { Detail = null } : entry),
    ];

    /// <summary>
    /// Returns an ended call's state without this user's name, devices and texts. The ids stay for as long as the state does,
    /// since they keep other users from reusing the call's id.
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

    /// <summary>Returns a user's stored state without this caller.</summary>
    public static StoredUser Of(StoredUser user, string callerId, string alias)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Missed.Any(missed => missed.CallerId == callerId)
            ? user with
            {
                Missed =
                [
                    .. user.Missed.Select(
                        missed => missed.CallerId == callerId ? missed with { CallerId = alias, CallerName = "" } : missed),
                ],
            }
            : user;
    }
}
