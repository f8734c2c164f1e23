namespace OrleansCalls.Users;

/// <content>The timer.</content>
public sealed partial class UserGrain
{
    private IGrainTimer? _timer;

    /// <summary>Sets the one timer for all that falls due: leases, acknowledgement windows of rings, checks of calls.</summary>
    private void Schedule()
    {
        var now = Now;
        _checks.Follow(_calls, now);
        if (Earlier(Earlier(_presence.NextDue, _ringing.NextDue), _checks.NextDue) is not { } next)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = next - now;
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
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other : one;

    private Task OnTimer(CancellationToken cancellation)
    {
        _presence.Expire();
        foreach (var callId in _checks.TakeDue(Now))
            _ = Check(callId);
        _ringing.Take(new RingTick());
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
                _ringing.Stop(callId);
                _mailboxes.Remove(callId);
            }
            else if (open is { BoundDeviceHasSocket: true, BoundDeviceId: { } device } && !_presence.Has(device))
            {
                TellPresence(open);
            }
        }
        catch (Exception exception)
        {
            _context.Services.Logger.Retried(exception, UserId, "checking a call");
            _checks.Failed(callId, Now);
        }

        Schedule();
    }
}
