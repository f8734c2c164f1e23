using System.Collections.Concurrent;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>The calls that this process looks after while Asterisk sends it its events, and which events are whose.</summary>
internal sealed class Switchboard(BridgeServices services, IGrainFactory grains, Action leave)
{
    // More open calls than any PBX has; those beyond are ended by the absence of their caller's device.
    private const int OpenCalls = 1000;

    private readonly ConcurrentDictionary<string, TelephoneCall> _byChannel = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Caller, string Extension), TelephoneCall> _pairs = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    /// <summary>
    /// Finds what is there: channels whose calls nobody looks after, calls whose channels are gone, and what is left of calls that are
    /// over.
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

    /// <summary>Takes an event in. Never waits.</summary>
    public void Take(AriEvent what, CancellationToken cancellation)
    {
        if (what.Channel is not { Id: { } channelId } channel)
            return;
        var isMobile = InboundChannel.IsMobile(services.App, channelId);
        _byChannel.TryGetValue(channelId, out var call);
        switch (what.Type)
        {
            case "StasisStart" when isMobile && call is not null:
                call.Tell(Happening.MobileUp);
                break;
            case "StasisStart" when isMobile:
                Keep(Quietly(() => RemoveStray(channelId, cancellation)));
                break;
            case "StasisStart":
                Begin(InboundChannel.Of(services.App, channel, what.Args), CallOrigin.Fresh, cancellation);
                break;
            case "StasisEnd" or "ChannelDestroyed":
                call?.Tell(isMobile ? Happening.MobileGone : Happening.CallerGone);
                break;
        }
    }

    /// <summary>Completes once no call is looked after any more, however that ended.</summary>
    public async Task Settled() => await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Begin(InboundChannel inbound, CallOrigin origin, CancellationToken cancellation)
    {
        var call = new TelephoneCall(inbound, origin, services, leave);
        // A channel is told of twice, by its event and by the list, when it comes while the list is read.
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
                await call.Refuse("the dialplan names no extension", cancellation);
            else if (!await TakePair(pair, call, cancellation))
                await call.Refuse("this number is in a call with this extension", cancellation);
            else
                await call.Run(cancellation);
            if (call.IsTakenOver)
                Keep(Quietly(() => LookAgain(cancellation)));
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // As it is, for whoever hears of it next: a request that failed of the end, too.
        }
        finally
        {
            _pairs.TryRemove(new(pair, call));
            _byChannel.TryRemove(inbound.ChannelId, out _);
            _byChannel.TryRemove(inbound.MobileId, out _);
        }
    }

    // Who took the call over may be one whose lease was lost without its knowledge, and who lets all go when it asks next.
    private async Task LookAgain(CancellationToken cancellation)
    {
        await Task.Delay(TelephoneBridge.Renewal + TimeSpan.FromSeconds(1), services.Time, cancellation);
        await Find(cancellation);
    }

    /// <summary>
    /// A telephone number may be a whole company's, and to the grains the same caller again would take the first call's place. Somebody who
    /// has hung up and dials again at once is let through as soon as the first call is over.
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

    // An app that answers a call of which this process does not know: its caller has gone meanwhile, or another process looks after it.
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
            TelephoneLog.CannotGoOn(services.Log, exception, "-", "something that is left of a call cannot be removed");
        }
    }
}
