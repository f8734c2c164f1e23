using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// One call out of the telephone network, from its channel's arrival to the last hang-up. What becomes of the call is decided by the
/// grains; here the two channels are made to follow. Each step looks at call and channels as they are, and can be taken twice.
/// </summary>
internal sealed partial class TelephoneCall
{
    private const string DialContext = "incoming-calls";
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);

    private readonly Channel<Happening> _inbox = Channel.CreateUnbounded<Happening>(new UnboundedChannelOptions { SingleReader = true });
    private readonly BridgeServices _services;
    private readonly TelephoneLine _line;
    private readonly CallOrigin _origin;

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CallerStage _caller;
    private MobileStage _mobile;

    // When the app was ready, of one that was before this process looked.
    private DateTimeOffset? _readyAt;

    private enum CallerStage
    {
        There,

        // The caller's channel is gone, which the call has yet to be told.
        HungUp,

        Gone,
    }

    private enum MobileStage
    {
        NotDialled,

        Dialled,

        // Caller and app hear each other.
        Connected,

        Gone,
    }

    /// <summary>A call for a channel.</summary>
    /// <param name="inbound">The channel.</param>
    /// <param name="origin">How this process came to it.</param>
    /// <param name="services">What it needs.</param>
    /// <param name="leave">To be called when this process is on its way out.</param>
    public TelephoneCall(InboundChannel inbound, CallOrigin origin, BridgeServices services, Action leave)
    {
        Inbound = inbound;
        _origin = origin;
        _services = services;
        _line = services.NewLine(inbound, _inbox.Writer, leave);
    }

    /// <summary>The channel.</summary>
    public InboundChannel Inbound { get; }

    /// <summary>Completes when the call itself is over; its caller may hear the busy tone for a while yet.</summary>
    public Task Over => _over.Task;

    /// <summary>Whether the caller is known to have hung up, although perhaps not yet to the grains.</summary>
    public bool CallerLeft => _caller != CallerStage.There;

    /// <summary>Whether another process has begun to look after it.</summary>
    public bool IsTakenOver { get; private set; }

    private string CallId => Inbound.CallId;

    /// <summary>Whether caller and app have talked: a caller's channel is answered when the app has answered, perhaps by a bridge before this one.</summary>
    private bool HasTalked => _mobile == MobileStage.Connected || (_origin != CallOrigin.Fresh && Inbound.IsUp);

    private AriClient Ari => _services.Ari;

    private ILogger Log => _services.Log;

    /// <summary>Something happened.</summary>
    public void Tell(Happening what)
    {
        if (what == Happening.CallerGone)
            Interlocked.CompareExchange(ref _caller, CallerStage.HungUp, CallerStage.There);
        _inbox.Writer.TryWrite(what);
    }

    /// <summary>
    /// Looks after the call until it is over. When <paramref name="cancellation"/> fires everything is left as it is, to be found again.
    /// </summary>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            if (await Begin(cancellation) is { } call)
                await Follow(call, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            TelephoneLog.CannotGoOn(Log, exception, CallId, "failed");
            await Quietly(() => Ari.HangUp(Inbound.MobileId, "normal", cancellation));
            await Quietly(() => GiveBusy(cancellation));
        }
        catch (OperationCanceledException)
        {
            // This process no longer hears of the channels; whoever does goes on.
        }
        finally
        {
            await _line.Shut();
            if (!cancellation.IsCancellationRequested)
                _services.Metrics.Over(CallId);
            _over.TrySetResult();
        }
    }

    /// <summary>Turns a caller away without asking anybody.</summary>
    public async Task Refuse(string why, CancellationToken cancellation)
    {
        TelephoneLog.CannotGoOn(Log, null, CallId, why);
        await Quietly(() => GiveBusy(cancellation));
    }

    private async Task<Call?> Begin(CancellationToken cancellation)
    {
        if (_origin == CallOrigin.Known)
            TelephoneLog.Adopted(Log, CallId);
        else
            TelephoneLog.Incoming(Log, CallId, LoggedUser.Masked(Inbound.Extension));
        // Nobody is disturbed for a caller who is gone already.
        if (!Inbound.IsUp && !await Ari.Ring(Inbound.ChannelId, cancellation) && _origin == CallOrigin.Fresh)
            return null;
        try
        {
            await _line.Open(cancellation);
            var call = await _services.Commands.Start(_line.Actor, new StartCallRequest
            {
                CallId = CallId,
                CalleeIds = [_services.Options.Extensions.UserOf(Inbound.Extension)],
                Media = CallMedia.Audio,
                RingSeconds = (int)_services.Options.Ring.TotalSeconds,
            });
            // A call that was over, or connected, when its channel was found is the success or failure of a bridge before this one.
            if (_origin == CallOrigin.Fresh || (call.State != CallPhase.Ended && !HasTalked))
                _services.Metrics.Took(CallId, begins: _origin != CallOrigin.Known);
            _readyAt = call.State == CallPhase.Active ? call.AnsweredAt ?? call.CreatedAt : null;
            if (call.CallId == CallId)
                return call;
            await Refuse("the extension is calling this number itself", cancellation);
        }
        catch (CallException refused)
        {
            // Too many calls of this number, or something in it that no call can have.
            await Refuse(refused.Error.Detail, cancellation);
        }

        return null;
    }

    private async Task Follow(Call call, CancellationToken cancellation)
    {
        while (true)
        {
            if (call.State == CallPhase.Ended)
            {
                await Finish(call, cancellation);
                return;
            }

            if (call.State == CallPhase.Active && _mobile == MobileStage.NotDialled && _caller != CallerStage.Gone)
                await Attempt(() => Dial(call, cancellation), "the app cannot be called");
            switch (await Next(cancellation))
            {
                case Happening.CallerGone:
                    _caller = CallerStage.Gone;
                    _endOwed = new(_line.Actor, "hung up", EndKind.HangUp);
                    if (_mobile != MobileStage.NotDialled)
                        await HangUpMobile(cancellation);
                    break;
                case Happening.MobileUp when _mobile is MobileStage.NotDialled or MobileStage.Dialled:
                    await Attempt(() => Connect(cancellation), "caller and app cannot be connected");
                    break;
                case Happening.MobileGone when HasTalked && _caller != CallerStage.Gone:
                    (_caller, _mobile) = (CallerStage.Gone, MobileStage.Gone);
                    _endOwed = new(CalleeOf(call), "hung up", EndKind.HangUp);
                    await Quietly(() => Ari.HangUp(Inbound.ChannelId, "normal", cancellation));
                    break;
                case Happening.MobileGone when _caller != CallerStage.Gone:
                    _mobile = MobileStage.Gone;
                    Fail(null, "the app did not answer");
                    break;
                case Happening.LineLost:
                    _sight = GrainSight.LineLost;
                    break;
                case Happening.TakenOver:
                    IsTakenOver = true;
                    return;
            }

            call = await Look(call, cancellation);
        }
    }

    private static Actor CalleeOf(Call call) => new()
    {
        UserId = call.Legs[0].UserId, Name = call.Legs[0].Name, DeviceId = call.Legs[0].DeviceId,
    };
}
