namespace OrleansCalls.Gateway.Telephone;

/// <content>What is said to the grains and heard of them, also while they are away.</content>
internal sealed partial class TelephoneCall
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private GrainSight _sight;

    // What is still owed to the grains, since they could not be reached.
    private OwedEnd? _endOwed;

    private enum GrainSight
    {
        // The call was looked at after the last that happened.
        Clear,

        // The grains did not answer.
        Unseen,

        // As Unseen, and they no longer know the line: it is opened again first.
        LineLost,
    }

    private enum EndKind
    {
        HangUp,

        // A channel or the app could not be reached.
        Failure,
    }

    private async Task<Happening> Next(CancellationToken cancellation)
    {
        if (_sight == GrainSight.Clear && _endOwed is null)
            return await _inbox.Reader.ReadAsync(cancellation);
        using var soon = new CancellationTokenSource(LookAgain, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, soon.Token);
        try
        {
            return await _inbox.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Happening.Changed;
        }
    }

    /// <summary>Says what is owed, and looks at the call. While the grains are away the channels stay as they are.</summary>
    private async Task<Call> Look(Call call, CancellationToken cancellation)
    {
        try
        {
            if (_sight == GrainSight.LineLost)
            {
                await _line.Open(cancellation);
                _sight = GrainSight.Unseen;
            }

            var seen = _endOwed switch
            {
                { Kind: EndKind.Failure } end => await _services.Commands.Fail(end.By, CallId, end.Reason),
                { } end => await _services.Commands.End(end.By, new ReasonRequest { CallId = CallId, Reason = end.Reason }),
                null => await _services.Commands.Get(_line.Actor, CallId),
            };
            _endOwed = null;
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

    private sealed record OwedEnd(Actor By, string Reason, EndKind Kind);
}
