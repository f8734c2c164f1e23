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
    private volatile bool _callerLeft;
    private bool _callerGone;
    private bool _mobileGone;
    private bool _dialled;
    private bool _connected;
    private bool _wasActive;

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
    public bool CallerLeft => _callerLeft;

    private string CallId => Inbound.CallId;

    /// <summary>Whether caller and app have talked: a caller's channel is answered when the app has answered, perhaps by a bridge before this one.</summary>
    private bool HasTalked => _connected || (_origin != CallOrigin.Fresh && Inbound.IsUp);

    private AriClient Ari => _services.Ari;

    private ILogger Log => _services.Log;

    /// <summary>Something happened.</summary>
    public void Tell(Happening what)
    {
        _callerLeft |= what == Happening.CallerGone;
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
            _wasActive = call.State == CallPhase.Active;
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

            if (call.State == CallPhase.Active && !_dialled && !_callerGone)
                await Attempt(() => Dial(call, cancellation), "the app cannot be called");
            switch (await Next(cancellation))
            {
                case Happening.CallerGone:
                    _callerGone = true;
                    _endOwed = (_line.Actor, "hung up", false);
                    if (_dialled)
                        await HangUpMobile(cancellation);
                    break;
                case Happening.MobileUp when !_connected:
                    await Attempt(() => Connect(cancellation), "caller and app cannot be connected");
                    break;
                case Happening.MobileGone when HasTalked && !_callerGone:
                    (_callerGone, _mobileGone) = (true, true);
                    _endOwed = (CalleeOf(call), "hung up", false);
                    await Quietly(() => Ari.HangUp(Inbound.ChannelId, "normal", cancellation));
                    break;
                case Happening.MobileGone when !_callerGone:
                    _mobileGone = true;
                    Fail(null, "the app did not answer");
                    break;
                case Happening.LineLost:
                    _lineLost = true;
                    break;
                case Happening.TakenOver:
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
