using System.Collections.Immutable;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <content>Ringing, pushing, missed calls, and the one timer that looks after all of it.</content>
public sealed partial class UserGrain
{
    private static readonly TimeSpan CheckMargin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MissedPushLife = TimeSpan.FromHours(12);
    private static readonly TimeSpan AsideRetry = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, DateTimeOffset> _checkAt = [];
    private IGrainTimer? _timer;

    private bool IsRinging(string callId) => _calls.Find(callId) is
        { Leg: LegPhase.Notifying or LegPhase.PushSent or LegPhase.Ringing, Silenced: false };

    private void Ring(UserNotice notice, CallIncoming incoming)
    {
        if (!IsRinging(notice.CallId))
            return;
        if (!_rings.TryGetValue(notice.CallId, out var ring))
            _rings.Add(notice.CallId, ring = new RingPlan(incoming, _services.Options.Value.AckWindow));
        ring.Incoming = incoming;
        ring.MarkPushed(notice.Call!.PushedDeviceIds);
        SendRing(ring, _connections.All);
        PushDue();
    }

    private void SendRing(RingPlan ring, IEnumerable<Connection> connections)
    {
        var due = connections.Where(c => ring.TakeSend(c.DeviceId, Now)).ToList();
        if (due.Count > 0)
            Deliver(ring.Incoming, due);
    }

    private void ReportRing(string callId, Delivery delivery, ImmutableArray<string> notConnected)
    {
        ImmutableArray<TimelineEntry> entries = [.. delivery.ConnectionIds.Select(id => new TimelineEntry
        {
            At = Now,
            What = notConnected.Contains(id) ? "not_connected" : "delivered",
            UserId = UserId,
            DeviceId = _connections.All.FirstOrDefault(c => c.ConnectionId == id)?.DeviceId,
        })];
        _ = Aside(() => GrainFactory.GetCall(callId).Report(entries));
    }

    /// <summary>Pushes every device whose time has come: at once without a socket, after the ack window with one.</summary>
    private void PushDue()
    {
        foreach (var (callId, ring) in _rings)
        {
            if (!IsRinging(callId) || _calls.Find(callId)!.RingUntil <= Now)
                continue;
            foreach (var deviceId in ring.TakePushes(User.Tokens.Select(t => t.DeviceId), Now))
                foreach (var token in User.Tokens.Where(t => t.DeviceId == deviceId))
                    _ = PushRing(ring.Incoming.Call, _calls.Find(callId)!.RingUntil, token);
        }
    }

    private async Task PushRing(Call call, DateTimeOffset ringUntil, DeviceToken token)
    {
        var result = await Push(PushType.CallIncoming, call, ringUntil, ringUntil - Now, token);
        await Aside(() => GrainFactory.GetCall(call.CallId).Execute(new PushOutcome
        {
            UserId = UserId, DeviceId = token.DeviceId, Provider = token.Provider, Error = result.Error,
        }));
    }

    private void StopRinging(string callId)
    {
        if (!_rings.Remove(callId, out var ring))
            return;
        var answeredOn = _calls.Find(callId)?.BoundDeviceId;
        foreach (var token in User.Tokens)
        {
            // Each PushKit push must ring, so a cancel never goes that way; the app asks when it wakes.
            if (token.Provider != PushProvider.ApnsVoip && token.DeviceId != answeredOn && ring.Pushed.Contains(token.DeviceId))
                _ = Push(PushType.CallCancelled, ring.Incoming.Call, ring.Incoming.Call.RingUntil, CallLimits.MaxRing, token);
        }
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
            _ = Push(PushType.CallMissed, call, missed.At, MissedPushLife, token);
    }

    private async Task<PushResult> Push(PushType type, Call call, DateTimeOffset ringUntil, TimeSpan timeToLive, DeviceToken token)
    {
        PushResult result;
        try
        {
            using var deadline = new CancellationTokenSource(timeToLive < TimeSpan.Zero ? TimeSpan.Zero : timeToLive, _services.Time);
            result = await _services.Push.Send(
                new PushMessage
                {
                    Type = type,
                    UserId = UserId,
                    DeviceId = token.DeviceId,
                    Provider = token.Provider,
                    Token = token.Token,
                    CallId = call.CallId,
                    CallerId = call.Caller.Id,
                    CallerName = call.Caller.Name,
                    Media = call.Media,
                    ConversationId = call.ConversationId,
                    RingUntil = ringUntil,
                    TimeToLive = timeToLive,
                },
                deadline.Token);
        }
        catch (Exception exception)
        {
            LogPushFailed(exception, call.CallId, UserId);
            result = new PushResult { Error = exception is OperationCanceledException ? "deadline" : "internal" };
        }

        _services.Metrics.Pushed(result.Error);
        if (result.TokenUnregistered)
            await Aside(() => Write(user => UserRules.DropToken(user, token)));
        return result;
    }

    /// <summary>
    /// One timer for leases, late acknowledgements, watches and doubts about calls. It asks a call about its deadline one second
    /// after it was due: caller and callee seldom share a silo with the call, so one crash cannot lose all three timers.
    /// </summary>
    private void Schedule()
    {
        var now = Now;
        foreach (var callId in _checkAt.Keys.Where(id => _calls.Find(id) is null).ToList())
            _checkAt.Remove(callId);
        foreach (var call in _calls.All)
        {
            var due = call.RingUntil + CheckMargin > now ? call.RingUntil + CheckMargin : now + CheckEvery;
            if (!_checkAt.TryGetValue(call.CallId, out var at) || due < at || at < now)
                _checkAt[call.CallId] = due;
        }

        DateTimeOffset? next = null;
        Consider(_connections.NextExpiry);
        foreach (var at in _checkAt.Values)
            Consider(at);
        foreach (var (callId, ring) in _rings)
            if (IsRinging(callId))
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
            LogAsideFailed(exception, UserId);
            _checkAt[callId] = Now + CheckMargin;
        }

        Schedule();
    }

    /// <summary>Lets something run on beside the turn, with a second and third try.</summary>
    private async Task Aside(Func<Task> what)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await what();
                return;
            }
            catch (Exception exception)
            {
                LogAsideFailed(exception, UserId);
                if (tries == 3)
                    return;
            }

            await Task.Delay(AsideRetry * tries, _services.Time);
        }
    }
}
