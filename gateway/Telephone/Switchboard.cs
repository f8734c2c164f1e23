using System.Collections.Concurrent;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>The calls that this process handles while it receives Asterisk's events; dispatches the events to them.</summary>
internal sealed class Switchboard(BridgeServices services, IGrainFactory grains, Action leave)
{
    // More open calls than any PBX has; further ones end with their caller's device lease.
    private const int OpenCalls = 1000;

    private readonly ConcurrentDictionary<string, TelephoneCall> _byChannel = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Caller, string Extension), TelephoneCall> _pairs = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    /// <summary>
    /// Recovers the existing state: channels whose calls nobody handles, calls whose channels are gone, and remains of ended
    /// calls.
    /// </summary>
    public async Task Find(CancellationToken cancellation)
    {
        var open = await OpenCallsOfOurs(cancellation);
        var channels = await services.Ari.ListChannels(cancellation);
        var inbound = InboundOf(channels);
        services.Metrics.Keep(inbound.Keys);

        foreach (var channel in inbound.Values.OrderByDescending(channel => open.ContainsKey(channel.CallId)))
            Begin(channel, open.ContainsKey(channel.CallId) ? CallOrigin.Known : CallOrigin.Found, cancellation);
        foreach (var (callId, call) in open.Where(call => !inbound.ContainsKey(call.Key)))
            await EndOrphan(callId, call, cancellation);
        await RemoveLeftOvers(channels, inbound.Values, cancellation);
    }

    private Dictionary<string, InboundChannel> InboundOf(IReadOnlyList<AriChannel> channels) => channels
        .Where(channel => !InboundChannel.IsMobile(services.App, channel.Id))
        .Select(channel => (Channel: channel, Arguments: channel.ArgumentsOf(services.App)))
        .Where(found => found.Arguments is not null)
        .Select(found => InboundChannel.Of(services.App, found.Channel, found.Arguments))
        .ToDictionary(found => found.CallId, StringComparer.Ordinal);

    /// <summary>Dispatches an event. Never blocks.</summary>
    public void Take(AriEvent what, CancellationToken cancellation)
    {
        if (what.Channel is not { Id: { } channelId } channel)
            return;
        var isMobile = InboundChannel.IsMobile(services.App, channelId);
        _byChannel.TryGetValue(channelId, out var call);
        switch (what.Type)
        {
            case "StasisStart" when isMobile && call is not null:
                call.Post(BridgeEvent.MobileUp);
                break;
            case "StasisStart" when isMobile:
                Keep(Quietly(() => RemoveStray(channelId, cancellation)));
                break;
            case "StasisStart":
                Begin(InboundChannel.Of(services.App, channel, what.Args), CallOrigin.Fresh, cancellation);
                break;
            case "StasisEnd" or "ChannelDestroyed":
                call?.Post(isMobile ? BridgeEvent.MobileGone : BridgeEvent.CallerGone);
                break;
        }
    }

    /// <summary>Completes once all calls have been left, with or without success.</summary>
    public async Task Settled() => await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Begin(InboundChannel inbound, CallOrigin origin, CancellationToken cancellation)
    {
        var call = new TelephoneCall(inbound, origin, services, leave);
        // A channel that enters while the list is read appears in both its event and the list.
        if (_byChannel.TryAdd(inbound.ChannelId, call))
            Keep(Run(call, cancellation));
    }

    private async Task Run(TelephoneCall call, CancellationToken cancellation)
    {
        var inbound = call.Inbound;
        var pair = (inbound.CallerId, inbound.Extension);
        _byChannel[inbound.MobileId] = call;
        try
        {
            if (!Extensions.IsExtension(inbound.Extension))
                await call.Refuse("the dialplan passes no extension", cancellation);
            else if (!await TakePair(pair, call, cancellation))
                await call.Refuse("this number already has a call with this extension", cancellation);
            else
                await call.Run(cancellation);
            if (call.IsTakenOver)
                Keep(Quietly(() => LookAgain(cancellation)));
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The handler has logged its own failure.
        }
        finally
        {
            _pairs.TryRemove(new(pair, call));
            _byChannel.TryRemove(inbound.ChannelId, out _);
            _byChannel.TryRemove(inbound.MobileId, out _);
        }
    }

    // The other process may have lost its lease without noticing, and leave all calls at its next renewal.
    private async Task LookAgain(CancellationToken cancellation)
    {
        await Task.Delay(TelephoneBridge.Renewal + TimeSpan.FromSeconds(1), services.Time, cancellation);
        await Find(cancellation);
    }

    /// <summary>
    /// Reserves a pair of caller and extension. A number may belong to a whole company, and to the grains another call of the
    /// same caller would replace the first one. A redial right after hanging up proceeds once the first call has ended.
    /// </summary>
    private async Task<bool> TakePair((string Caller, string Extension) pair, TelephoneCall call, CancellationToken cancellation)
    {
        while (_pairs.GetOrAdd(pair, call) is var other && other != call)
        {
            if (!other.CallerLeft && !other.Over.IsCompleted)
                return false;
            await other.Over.WaitAsync(cancellation);
            _pairs.TryRemove(new(pair, other));
        }

        return true;
    }

    private void Keep(Task task)
    {
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task<Dictionary<string, Call>> OpenCallsOfOurs(CancellationToken cancellation)
    {
        var ours = (await grains.GetCallDirectory().ListOpen(OpenCalls).WaitAsync(cancellation))
            .Where(id => InboundChannel.IsOf(services.App, id));
        var open = new Dictionary<string, Call>(StringComparer.Ordinal);
        foreach (var callId in ours)
            if ((await services.Commands.Execute(callId, new ReadCall())).Call is { State: not CallPhase.Ended } call)
                open[callId] = call;
        return open;
    }

    private async Task EndOrphan(string callId, Call call, CancellationToken cancellation)
    {
        TelephoneLog.LeftOver(services.Log, callId);
        var actor = new Actor { UserId = call.Caller.Id, DeviceId = call.Caller.DeviceId };
        var end = new ReasonRequest { CallId = callId, Reason = "hung up" };
        await Quietly(() => services.Commands.End(actor, end).WaitAsync(cancellation));
    }

    private async Task RemoveLeftOvers(
        IReadOnlyList<AriChannel> channels, IReadOnlyCollection<InboundChannel> inbound, CancellationToken cancellation)
    {
        var mobiles = inbound.Select(channel => channel.MobileId).ToHashSet(StringComparer.Ordinal);
        foreach (var channel in channels.Where(c => InboundChannel.IsMobile(services.App, c.Id) && !mobiles.Contains(c.Id)))
        {
            TelephoneLog.LeftOver(services.Log, channel.Id);
            await Quietly(() => services.Ari.HangUp(channel.Id, "normal", cancellation));
        }

        var bridges = inbound.Select(channel => channel.BridgeId).ToHashSet(StringComparer.Ordinal);
        foreach (var bridge in await services.Ari.ListBridges(cancellation))
            if (InboundChannel.IsBridge(services.App, bridge.Id) && !bridges.Contains(bridge.Id))
                await Quietly(() => services.Ari.DestroyBridge(bridge.Id, cancellation));
    }

    // The app answered a call that is unknown here: its caller has hung up meanwhile, or another process handles it.
    private async Task RemoveStray(string mobileId, CancellationToken cancellation)
    {
        var inbound = InboundOf(await services.Ari.ListChannels(cancellation)).Values;
        if (inbound.Any(channel => channel.MobileId == mobileId))
            return;
        TelephoneLog.LeftOver(services.Log, mobileId);
        await services.Ari.HangUp(mobileId, "normal", cancellation);
    }

    private async Task Quietly(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TelephoneLog.CannotGoOn(services.Log, exception, "-", "its remains cannot be removed");
        }
    }
}
