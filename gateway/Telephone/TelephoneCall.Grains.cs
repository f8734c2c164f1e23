namespace OrleansCalls.Gateway.Telephone;

/// <content>What is said to the grains and heard of them, also while they are away.</content>
internal sealed partial class TelephoneCall
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // What is still owed to the grains, since they could not be reached.
    private bool _unseen;
    private bool _lineLost;
    private (Actor Actor, string Reason, bool Failed)? _endOwed;

    private async Task<Happening> Next(CancellationToken cancellation)
    {
        if (!_unseen && _endOwed is null)
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
            if (_lineLost)
            {
                await _line.Open(cancellation);
                _lineLost = false;
            }

            var seen = _endOwed switch
            {
                (var actor, var why, true) => await _services.Commands.Fail(actor, CallId, why),
                (var actor, var reason, false) => await _services.Commands.End(actor, new ReasonRequest { CallId = CallId, Reason = reason }),
                null => await _services.Commands.Get(_line.Actor, CallId),
            };
            _endOwed = null;
            _unseen = false;
            return seen;
        }
        catch (CallException lost) when (lost.Error.Code is CallErrorCode.NotFound or CallErrorCode.Forbidden)
        {
            return call with { State = CallPhase.Ended, EndReason = EndReason.Failed };
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            TelephoneLog.Unseen(Log, exception, CallId);
            _unseen = true;
            return call;
        }
    }
}
