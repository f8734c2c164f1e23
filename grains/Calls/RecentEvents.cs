using System.Collections.Immutable;

namespace OrleansCalls.Calls;

/// <summary>A call's last events, for devices that resume after the last number they received.</summary>
internal sealed class RecentEvents
{
    private const int Most = 32;

    private readonly List<(string UserId, Envelope Envelope)> _events = [];

    public void Add(ImmutableArray<UserNotice> notices)
    {
        foreach (var notice in notices)
            foreach (var envelope in notice.Events)
                if (envelope.Event is CallEvent { Seq: > 0 } and not (CallIncoming or CallUpdated))
                    _events.Add((notice.UserId, envelope));
        if (_events.Count > Most)
            _events.RemoveRange(0, _events.Count - Most);
    }

    public IEnumerable<CallEvent> For(Actor actor, long after) =>
        from recent in _events
        where recent.UserId == actor.UserId
            && (recent.Envelope.OnlyDevice is null || recent.Envelope.OnlyDevice == actor.DeviceId)
            && (recent.Envelope.ExceptDevice is null || recent.Envelope.ExceptDevice != actor.DeviceId)
        let what = (CallEvent)recent.Envelope.Event
        where what.Seq > after
        select what;

    public void Clear() => _events.Clear();
}
