using System.Collections.Immutable;
using System.Globalization;

namespace OrleansCalls.Tests.Simulation;

/// <content>What people do with their phones.</content>
internal sealed partial class SimDevice
{
    private static readonly SessionDescription Offer = new() { Type = "offer", Sdp = "v=0" };
    private static readonly SessionDescription Answer = new() { Type = "answer", Sdp = "v=1" };

    /// <summary>Starts a call and stays with it until it is over, given up, or forgotten.</summary>
    public async Task Ring(string callId, ImmutableArray<string> callees, CallMedia media)
    {
        var start = new StartCall
        {
            CallId = callId, CalleeIds = callees, Media = media, Offer = world.Chance(0.7) ? Offer : null,
            RingSeconds = world.Chance(0.4) ? 10 + world.Next(60) : null,
        };
        var reply = await Do(callId, start, tries: 6);
        if (reply?.Call is { } other && other.CallId != callId)
        {
            // Glare: both are in the other's call now, on this device if the media were the same.
            if (Known(other.CallId).IsIn)
                await InCall(Known(other.CallId));
            return;
        }

        var known = Known(callId);
        if (reply is null || !reply.Succeeded || !known.IsOpen)
        {
            // Whoever does not know whether the call came to be takes it back.
            if (reply is null && world.Chance(0.8))
                await Do(callId, new EndCall());
            return;
        }

        if (callees.Length == 1 && world.Chance(0.5))
            await Signals(known, callees[0]);
        var patience = world.Between(3, 80);
        var until = world.Now + TimeSpan.FromSeconds(patience);
        while (known.IsOpen && !known.Reacting && world.Now < until)
            await world.Sleep(1);
        if (known.IsOpen && !known.Reacting && world.Chance(0.6))
            await Do(callId, new EndCall { Reason = "patience" });
        else if (world.Chance(0.3))
            Connection?.Break();
    }

    /// <summary>The caller learns that somebody has picked up.</summary>
    private void Answered(KnownCall call, string by)
    {
        if (call.Reacting)
            return;
        call.Reacting = true;
        call.IsIn = true;
        world.Spawn(() => InCall(call, by));
    }

    /// <summary>The device rings.</summary>
    private void Rings(KnownCall call)
    {
        if (call.Reacting)
            return;
        call.Reacting = true;
        world.Spawn(async () =>
        {
            await React(call);
            call.Reacting = false;
        });
    }

    private async Task React(KnownCall call)
    {
        await world.Sleep(world.Between(0.01, 3));
        if (!call.IsOpen)
            return;
        if (world.Chance(0.9) && await Do(call.CallId, new AckRinging()) is { Error.Code: CallErrorCode.Ended })
            call.IsOpen = false;
        await world.Sleep(world.Chance(0.5) ? world.Between(0.01, 4) : world.Between(1, 50));
        if (call.IsOpen && !call.IsIn)
            await Decide(call);
    }

    private async Task Decide(KnownCall call)
    {
        switch (world.Next(20))
        {
            case < 8:
                await Accepted(call, await Do(call.CallId, new AcceptCall { Answer = Answer }));
                break;
            case < 12:
                var reply = await Do(call.CallId, new AcceptCall { Ready = false });
                if (reply is not { Succeeded: true } || world.Chance(0.25))
                    break;
                await world.Sleep(world.Between(0.1, 22));
                await Accepted(call, await Do(call.CallId, new ReadyCall { Answer = Answer }));
                break;
            case < 15:
                await Do(call.CallId, new RejectCall { Reason = "no" });
                break;
            case 15:
                await Do(call.CallId, new SilenceCall());
                break;
            case 16:
                await Do(call.CallId, new EndCall());
                break;
            case 17:
                await Do(call.CallId, new RequestOffer());
                break;
        }
    }

    private async Task Accepted(KnownCall call, CallReply? reply)
    {
        if (reply is { Succeeded: true } && call is { IsOpen: true, IsIn: true })
            await InCall(call);
    }

    private async Task AnswerByRest(string callId)
    {
        if (await Do(callId, new AckRinging()) is not { Succeeded: true })
            return;
        await world.Sleep(world.Between(0.1, 20));
        await Decide(Known(callId));
    }

    /// <summary>In the conversation on this device.</summary>
    private async Task InCall(KnownCall call, string? peer = null)
    {
        peer ??= call.Others.IsEmpty ? null : call.Others[world.Next(call.Others.Length)];
        if (peer is not null)
            await Signals(call, peer);
        if (world.Chance(0.6))
        {
            await Do(call.CallId, new ReportMedia { State = MediaState.Connecting });
            await world.Sleep(world.Between(0.1, 3));
            if (world.Chance(0.9))
                await Do(call.CallId, new ReportMedia { State = MediaState.Connected });
        }

        var until = world.Now + TimeSpan.FromSeconds(world.Chance(0.6) ? world.Between(0.1, 15) : world.Between(10, 120));
        while (call is { IsOpen: true, IsIn: true } && world.Now < until)
        {
            await world.Sleep(world.Between(1, 10));
            if (peer is not null && world.Chance(0.2))
                await Signals(call, peer);
            await SometimesInCall(call);
        }

        if (call.IsOpen && (call.IsIn || world.Chance(0.2)) && world.Chance(0.7))
            await Do(call.CallId, new EndCall(), tries: 8);
    }

    private async Task SometimesInCall(KnownCall call)
    {
        switch (world.Next(40))
        {
            case 0:
                await Do(call.CallId, new InviteToCall { CalleeIds = [world.AnyUser(user).Id] });
                break;
            case 1 when world.Pick(user.Devices) is { Kind: not DeviceKind.Rest } other:
                await other.Do(call.CallId, new MoveCall());
                break;
            case 2 when !world.IsQuiet:
                // The app is killed: nobody says goodbye.
                foreach (var forgotten in _calls.Values)
                    forgotten.IsOpen = false;
                _calls.Clear();
                Connection?.Break();
                break;
            case 3:
                await Do(call.CallId, new RejectCall { Reason = "too late" });
                break;
            case 4 when !world.IsQuiet:
                // A crashed app that starts again, and calls the same person.
                await Ring(world.NewCallId(), [call.Others.IsEmpty ? world.AnyUser(user).Id : call.Others[0]], CallMedia.Audio);
                break;
        }
    }

    private async Task Signals(KnownCall call, string peer)
    {
        if (call.IsMute)
            return;
        call.IsMute = true;
        for (var i = world.Next(5); i > 0; i--)
        {
            // Numbered, so that the oracle sees their order; sent once, since a candidate is not worth a retry.
            var payload = string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{world.NextSignal()},\"d\":\"{id}\"}}");
            var signal = new SendSignal { Actor = Actor, Kind = SignalKind.Candidate, Payload = payload, ToUserId = peer };
            // If it is lost, it may still be on its way, and must not be overtaken by a later one of ours.
            if (await DoOnce(call.CallId, signal) is null)
                return;
        }

        call.IsMute = false;
    }

    private void ReconnectLater()
    {
        var wait = kind switch
        {
            DeviceKind.Socket => world.Between(0.2, 5),
            DeviceKind.Flaky => world.IsQuiet ? world.Between(1, 10) : world.Between(1, 60),
            _ => Open.Any() ? world.Between(1, 10) : -1,
        };
        if (wait > 0)
            world.After(wait, () => world.Spawn(Connect));
    }
}
