using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <content>Ringing, and the one timer that looks after all of it.</content>
public sealed partial class UserGrain
{
    private static readonly TimeSpan CheckMargin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, DateTimeOffset> _checkAt = [];
    private IGrainTimer? _timer;

    private bool IsRinging(string callId) => _calls.Find(callId) is { Silenced: false } call && call.Leg?.IsPending == true;

    private void Ring(UserNotice notice, CallIncoming incoming)
    {
        if (!IsRinging(notice.CallId))
            return;
        if (!_rings.TryGetValue(notice.CallId, out var ring))
        {
            _rings.Add(notice.CallId, ring = new RingPlan(incoming, _services.Options.Value.AckWindow) { Cause = CallTrace.Here });
            if (!_connections.Any && User.Tokens.IsEmpty)
                _delivered?.Add(new TimelineEntry { At = Now, What = "no_device", UserId = UserId });
        }

        ring.Incoming = incoming;
        ring.MarkPushed(notice.Call!.PushedDeviceIds);
        SendRing(ring, _connections.All);
        PushDue();
    }

    private void SendRing(RingPlan ring, IEnumerable<Connection> connections, bool joins = false)
    {
        var due = connections.Where(c => ring.TakeSend(c.DeviceId, Now, joins)).ToList();
        if (due.Count > 0)
            Deliver(ring.Incoming, due);
    }

    private void ReportRing(string callId, Delivery delivery, ImmutableArray<string> notConnected)
    {
        var ring = _rings.GetValueOrDefault(callId);
        ImmutableArray<TimelineEntry> entries = [.. delivery.ConnectionIds.Select(id =>
        {
            var device = _connections.All.FirstOrDefault(c => c.ConnectionId == id)?.DeviceId;
            return new TimelineEntry
            {
                At = Now,
                What = notConnected.Contains(id) ? "not_connected" : "delivered",
                UserId = UserId,
                DeviceId = device,
                Detail = device is not null && ring?.WaitedFor(device) == true ? "on_connect" : null,
            };
        })];
        // What a gateway in this process has done at once goes back with the notice; others answer later.
        if (_delivered is { } delivered)
            delivered.AddRange(entries);
        else
            _ = _background.UntilDoneOrGivenUp("the report of deliveries", () => GrainFactory.GetCall(callId).Report(entries));
    }

    private async Task Miss(MissedCall missed)
    {
        if (!await Write(user => UserRules.Miss(user, missed)))
            return;
        var call = new Call
        {
            CallId = missed.CallId,
            Caller = new Caller { Id = missed.CallerId, Name = missed.CallerName },
            Media = missed.Media,
            ConversationId = missed.ConversationId,
            State = CallPhase.Ended,
            RingUntil = missed.At,
            CreatedAt = missed.At,
            Seq = 0,
            Legs = [],
        };
        foreach (var token in User.Tokens.Where(t => t.Provider != PushProvider.ApnsVoip))
            _ = PushMissed(call, missed.At, token);
    }

    /// <summary>
    /// One timer for leases, late acknowledgements, watches and doubts about calls. It asks a call about its deadline one second
    /// after it was due: caller and callee seldom share a silo with the call, so one crash cannot lose all three timers.
    /// </summary>
    private void Schedule()
    {
        var now = Now;
        foreach (var call in _calls.All)
        {
            // The deadline was set by the clock of another silo, which may be ahead of this one.
            var (due, late) = (now + CheckEvery, call.RingUntil + CheckMargin);
            due = late > now && late < due ? late : due;
            if (!_checkAt.TryGetValue(call.CallId, out var at) || due < at || at < now)
                _checkAt[call.CallId] = due;
        }

        if (_checkAt.Count > _calls.All.Count)
            foreach (var callId in _checkAt.Keys.Where(id => _calls.Find(id) is null).ToList())
                _checkAt.Remove(callId);

        DateTimeOffset? next = null;
        Consider(_connections.NextExpiry);
        foreach (var at in _checkAt.Values)
            Consider(at);
        foreach (var (callId, ring) in _rings)
            if (!User.Tokens.IsEmpty && IsRinging(callId))
                Consider(ring.NextPush(User.Tokens.Select(t => t.DeviceId), now));
        if (next is null)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = next.Value - now;
        wait = wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                OnTimer, new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        void Consider(DateTimeOffset? at)
        {
            if (at is not null && (next is null || at < next))
                next = at;
        }
    }

    private Task OnTimer(CancellationToken cancellation)
    {
        var expired = _connections.Expire(Now);
        if (expired.Length > 0)
        {
            _services.Metrics.Expired(expired.Length);
            LogLeasesExpired(UserId, expired.Length);
            Gone(expired);
        }

        foreach (var callId in _checkAt.Where(check => check.Value <= Now).Select(check => check.Key).ToList())
        {
            _checkAt[callId] = Now + CheckEvery;
            _ = Check(callId);
        }

        PushDue();
        Schedule();
        return Task.CompletedTask;
    }

    private async Task Check(string callId)
    {
        try
        {
            var open = await GrainFactory.GetCall(callId).Check(UserId);
            if (open is null && _calls.Find(callId) is not null)
            {
                _calls.Close(callId);
                StopRinging(callId);
                _mailboxes.Remove(callId);
            }
            else if (open is { BoundDeviceHasSocket: true, BoundDeviceId: { } device } && !_connections.Has(device))
            {
                TellPresence(open);
            }
        }
        catch (Exception exception)
        {
            LogRetry(exception, UserId, "the check of a call");
            _checkAt[callId] = Now + CheckMargin;
        }

        Schedule();
    }
}
