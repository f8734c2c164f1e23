using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// One call from the telephone network, from its channel's arrival to the last hang-up. The grains decide the call; this class
/// makes the two channels follow. Each step is idempotent and starts from the current state of call and channels.
/// </summary>
internal sealed partial class TelephoneCall
{
    private const string DialContext = "incoming-calls";
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);

    private readonly Channel<BridgeEvent> _inbox = Channel.CreateUnbounded<BridgeEvent>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly BridgeServices _services;
    private readonly TelephoneLine _line;
    private readonly CallOrigin _origin;

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CallerStage _caller;
    private MobileStage _mobile;

    // When the app became ready, if that was before this process handled the call.
    private DateTimeOffset? _readyAt;

    private enum CallerStage
    {
        There,

        // The caller's channel is gone; the grains have yet to be notified.
        HungUp,

        Gone,
    }

    private enum MobileStage
    {
        NotDialled,

        Dialled,

        // Caller and app are bridged.
        Connected,

        Gone,
    }

    /// <summary>Creates the handler of a channel's call.</summary>
    /// <param name="inbound">The channel.</param>
    /// <param name="origin">How this process came to handle it.</param>
    /// <param name="services">The shared services.</param>
    /// <param name="leave">Called when this process drains.</param>
    public TelephoneCall(InboundChannel inbound, CallOrigin origin, BridgeServices services, Action leave)
    {
        Inbound = inbound;
        _origin = origin;
        _services = services;
        _line = services.NewLine(inbound, _inbox.Writer, leave);
    }

    /// <summary>The caller's channel.</summary>
    public InboundChannel Inbound { get; }

    /// <summary>Completes when the call has ended; the busy tone may go on.</summary>
    public Task Over => _over.Task;

    /// <summary>Whether the caller has hung up, although perhaps not yet in the grains.</summary>
    public bool CallerLeft => _caller != CallerStage.There;

    /// <summary>Whether another process has begun to handle the call.</summary>
    public bool IsTakenOver { get; private set; }

    private string CallId => Inbound.CallId;

    /// <summary>
    /// Whether caller and app have talked: the caller's channel is answered when the app answers, perhaps by a previous bridge.
    /// </summary>
    private bool HasTalked => _mobile == MobileStage.Connected || (_origin != CallOrigin.Fresh && Inbound.IsUp);

    private AriClient Ari => _services.Ari;

    private ILogger Log => _services.Log;

    /// <summary>Queues an event.</summary>
    public void Post(BridgeEvent what)
    {
        if (what == BridgeEvent.CallerGone)
            Interlocked.CompareExchange(ref _caller, CallerStage.HungUp, CallerStage.There);
        _inbox.Writer.TryWrite(what);
    }

    /// <summary>
    /// Handles the call until it ends. When <paramref name="cancellation"/> fires, channels and call stay as they are, to be
    /// recovered.
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
            await Quietly(() => PlayBusy(cancellation));
        }
        catch (OperationCanceledException)
        {
            // This process receives no more events; the next active one continues.
        }
        finally
        {
            await _line.Shut();
            if (!cancellation.IsCancellationRequested)
                _services.Metrics.Over(CallId);
            _over.TrySetResult();
        }
    }

    /// <summary>Rejects a caller without starting a call.</summary>
    public async Task Refuse(string why, CancellationToken cancellation)
    {
        TelephoneLog.CannotGoOn(Log, null, CallId, why);
        await Quietly(() => PlayBusy(cancellation));
    }

    private async Task<Call?> Begin(CancellationToken cancellation)
    {
        if (_origin == CallOrigin.Known)
            TelephoneLog.Adopted(Log, CallId);
        else
            TelephoneLog.Incoming(Log, CallId, LoggedUser.Masked(Inbound.Extension));
        // A caller who has hung up already disturbs nobody.
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
            // A call that had ended, or was connected, when its channel was found is counted by the previous bridge.
            if (_origin == CallOrigin.Fresh || (call.State != CallPhase.Ended && !HasTalked))
                _services.Metrics.Took(CallId, begins: _origin != CallOrigin.Known);
            _readyAt = call.State == CallPhase.Active ? call.AnsweredAt ?? call.CreatedAt : null;
            if (call.CallId == CallId)
                return call;
            await Refuse("the extension is calling this number itself", cancellation);
        }
        catch (CallException refused)
        {
            // This number has too many calls, or an invalid value.
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
                case BridgeEvent.CallerGone:
                    _caller = CallerStage.Gone;
                    _pendingEnd = new(_line.Actor, "hung up", EndKind.HangUp);
                    if (_mobile != MobileStage.NotDialled)
                        await HangUpMobile(cancellation);
                    break;
                case BridgeEvent.MobileUp when _mobile is MobileStage.NotDialled or MobileStage.Dialled:
                    await Attempt(() => Connect(cancellation), "caller and app cannot be connected");
                    break;
                case BridgeEvent.MobileGone when HasTalked && _caller != CallerStage.Gone:
                    (_caller, _mobile) = (CallerStage.Gone, MobileStage.Gone);
                    _pendingEnd = new(CalleeOf(call), "hung up", EndKind.HangUp);
                    await Quietly(() => Ari.HangUp(Inbound.ChannelId, "normal", cancellation));
                    break;
                case BridgeEvent.MobileGone when _caller != CallerStage.Gone:
                    _mobile = MobileStage.Gone;
                    Fail(null, "the app did not answer");
                    break;
                case BridgeEvent.LineLost:
                    _sight = GrainSight.LineLost;
                    break;
                case BridgeEvent.TakenOver:
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
