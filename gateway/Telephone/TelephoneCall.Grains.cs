namespace OrleansCalls.Gateway.Telephone;

/// <content>Communication with the grains, with retries while they are unavailable.</content>
internal sealed partial class TelephoneCall
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private GrainSight _sight;

    // The end that could not be sent to the grains yet.
    private PendingEnd? _pendingEnd;

    private enum GrainSight
    {
        // The state of the call is newer than the last event.
        Clear,

        // The grains did not respond.
        Unseen,

        // As Unseen, and the grains have lost the caller's lease, which is opened again first.
        LineLost,
    }

    private enum EndKind
    {
        HangUp,

        // A channel or the app could not be reached.
        Failure,
    }

    private async Task<BridgeEvent> Next(CancellationToken cancellation)
    {
        if (_sight == GrainSight.Clear && _pendingEnd is null)
            return await _inbox.Reader.ReadAsync(cancellation);
        using var soon = new CancellationTokenSource(LookAgain, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, soon.Token);
        try
        {
            return await _inbox.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return BridgeEvent.Changed;
        }
    }

    /// <summary>
    /// Sends a pending end, and reads the call. While the grains are unavailable the channels stay as they are.
    /// </summary>
    private async Task<Call> Look(Call call, CancellationToken cancellation)
    {
        try
        {
            if (_sight == GrainSight.LineLost)
            {
                await _line.Open(cancellation);
                _sight = GrainSight.Unseen;
            }

            var seen = _pendingEnd switch
            {
                { Kind: EndKind.Failure } end => await _services.Commands.Fail(end.By, CallId, end.Reason),
                { } end => await _services.Commands.End(end.By, new ReasonRequest { CallId = CallId, Reason = end.Reason }),
                null => await _services.Commands.Get(_line.Actor, CallId),
            };
            _pendingEnd = null;
            _sight = GrainSight.Clear;
            return seen;
        }
        catch (CallException lost) when (lost.Error.Code is CallErrorCode.NotFound or CallErrorCode.Forbidden)
        {
            return call with { State = CallPhase.Ended, EndReason = EndReason.Failed };
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            TelephoneLog.Unseen(Log, exception, CallId);
            if (_sight == GrainSight.Clear)
                _sight = GrainSight.Unseen;
            return call;
        }
    }

    private sealed record PendingEnd(Actor By, string Reason, EndKind Kind);
}
