namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Decides which events are sent to a dialect's device, and when: each ring once per socket, and after a reconnect what was
/// missed. The dialect only encodes them.
/// </summary>
internal static class EventTranslation
{
    /// <summary>Sends an event, and stores what later messages may need.</summary>
    public static async Task Deliver(
        DialectSession session, ClientEvent what, ImmutableArray<DialectSocket> sockets, DialectServices services)
    {
        switch (what)
        {
            case CallIncoming ring:
                session.Recent.Ring(ring.Call);
                await Ring(session, FromInviter(ring), sockets, services);
                break;
            case CallUpdated updated:
                await session.SendTo(sockets, updated);
                session.Recent.Keep(updated.Call);
                // A party that has left or declined may be invited again.
                foreach (var leg in updated.Call.Legs.Where(l => l.State.IsPending))
                    session.Recent.ForgetAbout(updated.CallId, leg.UserId);
                await EndIfAlone(session, updated.Call, services);
                break;
            case CallRejected rejected when !session.Recent.Take(RejectionOf(rejected.CallId, rejected.UserId)):
                break;
            // A device that received "elsewhere" also gets the end of the call as an event; dialects have one message for both.
            case CallEnded ended when session.Recent.HasEnded(ended.CallId):
                break;
            case CallEnded ended:
                await SendEnd(session, ended, sockets);
                session.Recent.Keep(ended);
                // A party that has left may be invited again.
                foreach (var socket in sockets)
                    socket.Forget(new(DedupKind.Ring, ended.CallId), new(DedupKind.Offer, ended.CallId));
                break;
            case SignalReceived { Kind: SignalKind.Offer } offer:
                foreach (var socket in sockets)
                    socket.Take(new(DedupKind.Offer, offer.CallId));
                await session.SendTo(sockets, offer);
                break;
            default:
                await session.SendTo(sockets, what);
                break;
        }
    }

    /// <summary>Greets new sockets and sends them the open calls.</summary>
    public static async Task CatchUp(DialectSession session, Outgoing.OpenCalls open, DialectServices services)
    {
        ImmutableArray<DialectSocket> sockets = open.OnlyFor is DialectSocket socket ? [socket] : session.Sockets;
        foreach (var fresh in sockets.Where(l => !l.IsOpen))
        {
            session.Dialect.Opened(session, fresh);
            fresh.Open();
        }

        // A new socket of a device may replace one whose client has lost its network unnoticed.
        var undelivered = open.OnlyFor is null
            ? session.Recent.TakeUncertain()
            : session.Recent.EndsSince(services.Time.GetUtcNow() - CallLimits.EndsToldFor).TakeLast(CallLimits.EndsTold);
        foreach (var end in undelivered)
            await SendEnd(session, end, sockets, again: true);

        // Events queued before this reply are newer than it: a call that has ended since must not ring again.
        foreach (var call in open.What.Calls.Where(c => !session.Recent.HasEnded(c.CallId)))
            await CatchUp(session, call, sockets, services);
    }

    /// <summary>
    /// Sends the ends of the user's recent calls, except those that the device is known to have. Ends sent by another process,
    /// or before a restart, are unknown here; a duplicate end does no harm.
    /// </summary>
    public static async Task CatchUp(DialectSession session, ImmutableArray<PastEnd> ends, DialectServices services)
    {
        foreach (var past in ends)
        {
            // The user was invited again since: the known state is newer.
            if (session.Recent.Find(past.End.CallId) is { State: not CallPhase.Ended } known && known.Seq > past.End.Seq)
                continue;
            if (past.Call is { } call)
                session.Recent.Keep(call);
            await Deliver(session, past.End, session.Sockets, services);
        }
    }

    private static async Task CatchUp(
        DialectSession session, OpenCallView call, ImmutableArray<DialectSocket> sockets, DialectServices services)
    {
        var me = session.Actor.UserId;
        if (call.State == CallPhase.Ended)
        {
            await Deliver(session, new CallEnded
            {
                CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason ?? EndReason.Failed, EndedBy = call.EndedBy,
            }, sockets, services);
            return;
        }

        if (call.Legs.FirstOrDefault(leg => leg.UserId == me) is { } mine && mine.State.IsPending)
        {
            var ring = new CallIncoming { CallId = call.CallId, Seq = call.Seq, Call = call, Offer = call.Offer };
            await Deliver(session, ring, sockets, services);
            return;
        }

        session.Recent.Keep(call);
        if (PartOver(call, session.Actor) is { } reason)
        {
            var over = new CallEnded { CallId = call.CallId, Seq = call.Seq, Reason = reason, EndedBy = me };
            await Deliver(session, over, sockets, services);
            return;
        }

        await EndIfAlone(session, call, services);
        if (!call.IsCaller(me))
            return;
        // Dialects send the acceptance once.
        foreach (var leg in call.Legs.Where(l => l.State.IsIn))
        {
            await session.SendTo(sockets, new CallAccepted
            {
                CallId = call.CallId, Seq = call.Seq, UserId = leg.UserId, DeviceId = leg.DeviceId, Answer = call.Answer,
            });
        }
    }

    // For a caller who was disconnected, too, the rejection precedes the end of the call.
    private static async Task SendEnd(
        DialectSession session, CallEnded ended, ImmutableArray<DialectSocket> sockets, bool again = false)
    {
        foreach (var leg in ended.Reason == EndReason.Rejected ? await Rejections(session, ended.CallId, again) : [])
        {
            if (session.Recent.Take(RejectionOf(ended.CallId, leg.UserId)) || again)
                await session.SendTo(
                    sockets,
                    new CallRejected { CallId = ended.CallId, Seq = ended.Seq, UserId = leg.UserId, Reason = leg.Reason });
        }

        await session.SendTo(sockets, ended);
    }

    private static async Task<IEnumerable<Leg>> Rejections(DialectSession session, string callId, bool again)
    {
        var call = session.Recent.Find(callId);
        if (call is not null && !call.IsCaller(session.Actor.UserId))
            return [];
        if (!again && call?.Legs.All(leg => session.Recent.Has(RejectionOf(callId, leg.UserId))) == true)
            return [];
        if (call is not { State: CallPhase.Ended })
            call = await session.Read(callId) ?? call;
        return call?.IsCaller(session.Actor.UserId) == true ? call.Legs.Where(leg => leg.State == LegPhase.Declined) : [];
    }

    // The call goes on, but not for this device.
    private static EndReason? PartOver(Call call, Actor me) => call.Legs.FirstOrDefault(leg => leg.UserId == me.UserId) switch
    {
        { } leg when leg.State.IsIn && leg.DeviceId != me.DeviceId => EndReason.AnsweredElsewhere,
        { State: LegPhase.Declined } => EndReason.RejectedElsewhere,
        { State: LegPhase.Missed } => EndReason.NoAnswer,
        { State: LegPhase.Left } => EndReason.Completed,
        null when call.Caller is { Left: true } caller && caller.Id == me.UserId => EndReason.Completed,
        _ => null,
    };

    // Dialects know one calling user. A caller who has left does not call, and may even be the callee of this ring.
    private static CallIncoming FromInviter(CallIncoming ring) => ring.Call is { Caller.Left: true, InvitedBy: { } inviter }
        ? ring with { Call = ring.Call with { Caller = new Caller { Id = inviter.Id, Name = inviter.Name } } }
        : ring;

    // Dialects cannot represent a call in which all others have left and only rings are pending: it is ended.
    private static async Task EndIfAlone(DialectSession session, Call call, DialectServices services)
    {
        if (call is not { State: CallPhase.Connecting or CallPhase.Active, Caller: { Left: true } }
            || call.Legs.Where(leg => leg.State.IsIn).ToList() is not [var only]
            || only.UserId != session.Actor.UserId || only.DeviceId != session.Actor.DeviceId)
            return;
        try
        {
            await services.Calls.End(session.Actor, new ReasonRequest { CallId = call.CallId });
        }
        catch (Exception exception)
        {
            // The call stays open and ends with the ring.
            GatewayLog.DialectUnread(services.Log, exception, call.CallId, session.Actor.UserId);
        }
    }

    // A ring is sent once over each socket; an offer that came after it is sent to the sockets that lack it.
    private static async Task Ring(
        DialectSession session, CallIncoming ring, ImmutableArray<DialectSocket> sockets, DialectServices services)
    {
        ImmutableArray<DialectSocket> fresh = [.. sockets.Where(socket => socket.Take(new(DedupKind.Ring, ring.CallId)))];
        ImmutableArray<DialectSocket> offered =
            ring.Offer is null ? [] : [.. sockets.Where(socket => socket.Take(new(DedupKind.Offer, ring.CallId)))];
        if (!fresh.IsEmpty)
            await session.SendTo(fresh, ring);
        ImmutableArray<DialectSocket> late = [.. offered.Except(fresh)];
        if (!late.IsEmpty)
        {
            await session.SendTo(late, new SignalReceived
            {
                CallId = ring.CallId,
                FromUserId = ring.Call.Caller.Id,
                Kind = SignalKind.Offer,
                Payload = DialectFields.Json(ring.Offer)!.ToJsonString(),
            });
        }

        if (!fresh.IsEmpty)
            _ = Ack(session, ring.CallId, fresh, services);
    }

    // Clients of dialects ring on the message itself and send no acknowledgement: a ring that a client has received counts as
    // alerting. A client that does not respond is pushed after the acknowledgement window.
    private static async Task Ack(
        DialectSession session, string callId, ImmutableArray<DialectSocket> sockets, DialectServices services)
    {
        try
        {
            if (!await IsAcknowledged(sockets))
                return;
            session.Shown(await services.Calls.AckRinging(session.Actor, callId));
        }
        catch (Exception exception)
        {
            // The call has ended; or its grain is unavailable, and a redundant push does no harm.
            if (exception is not CallException)
                GatewayLog.DialectUnread(services.Log, exception, callId, session.Actor.UserId);
        }
    }

    private static async Task<bool> IsAcknowledged(ImmutableArray<DialectSocket> sockets)
    {
        await foreach (var taken in Task.WhenEach(sockets.Select(socket => socket.IsAcknowledged())))
        {
            if (await taken)
                return true;
        }

        return false;
    }

    private static DedupKey RejectionOf(string callId, string userId) => new(DedupKind.Rejected, callId, userId);
}
