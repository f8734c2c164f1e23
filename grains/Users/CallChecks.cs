using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The schedule on which a user's open calls are checked: every minute, and one second after a ring deadline. Caller and callee
/// seldom share a silo with the call, so that one crash cannot lose all three timers. Pure.
/// </summary>
public sealed class CallChecks
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, DateTimeOffset> _at = [];

    /// <summary>The time of the next check; null without open calls.</summary>
    public DateTimeOffset? NextDue => _at.Count == 0 ? null : _at.Values.Min();

    /// <summary>Updates the schedule to the open calls.</summary>
    public void Follow(OpenCalls calls, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(calls);
        foreach (var call in calls.All)
        {
            // The deadline was set by another silo's clock, which may be ahead of this one.
            var (due, late) = (now + Every, call.RingUntil + Margin);
            due = late > now && late < due ? late : due;
            if (!_at.TryGetValue(call.CallId, out var at) || due < at)
                _at[call.CallId] = due;
        }

        if (_at.Count > calls.All.Count)
            foreach (var callId in _at.Keys.Where(id => calls.Find(id) is null).ToList())
                _at.Remove(callId);
    }

    /// <summary>Returns the calls to check now, and reschedules them in a minute.</summary>
    public ImmutableArray<string> TakeDue(DateTimeOffset now)
    {
        ImmutableArray<string> due = [.. _at.Where(check => check.Value <= now).Select(check => check.Key)];
        foreach (var callId in due)
            _at[callId] = now + Every;
        return due;
    }

    /// <summary>Reschedules a failed check in a second.</summary>
    public void Failed(string callId, DateTimeOffset now) => _at[callId] = now + Margin;
}
