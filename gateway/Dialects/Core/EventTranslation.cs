namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// What a dialect's device is told, and when: each ring once per line, a device that comes back what it has missed. The dialect only
/// finds the words.
/// </summary>
internal static class Retelling
{
    /// <summary>Tells of an event, and keeps what later words may need.</summary>
    public static async Task Tell(
        DialectSession session, ClientEvent what, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        switch (what)
        {
            case CallIncoming ring:
                session.Known.Ring(ring.Call);
                await Ring(session, FromInviter(ring), lines, services);
                break;
            case CallUpdated updated:
                await session.TellTo(lines, updated);
                session.Known.Keep(updated.Call);
                // Whoever has left or declined may be invited again.
                foreach (var leg in updated.Call.Legs.Where(l => l.State.IsPending))
                    session.Known.ForgetAbout(updated.CallId, leg.UserId);
                await EndIfAlone(session, updated.Call, services);
                break;
            case CallRejected rejected when !session.Known.Take(RejectionOf(rejected.CallId, rejected.UserId)):
                break;
            // A device that was told "elsewhere" hears the end of the call itself too; these languages have one word for both.
            case CallEnded ended when session.Known.HasEnded(ended.CallId):
                break;
            case CallEnded ended:
                await TellEnd(session, ended, lines);
                session.Known.Keep(ended);
                // Somebody who left may be invited again.
                foreach (var line in lines)
                    line.Forget(new(ToldWhat.Ring, ended.CallId), new(ToldWhat.Offer, ended.CallId));
                break;
            case SignalReceived { Kind: SignalKind.Offer } offer:
                foreach (var line in lines)
                    line.Take(new(ToldWhat.Offer, offer.CallId));
                await session.TellTo(lines, offer);
                break;
            default:
                await session.TellTo(lines, what);
                break;
        }
    }

    /// <summary>Greets lines that are new, and puts them where their calls are.</summary>
    public static async Task CatchUp(DialectSession session, Outgoing.OpenCalls open, DialectServices services)
    {
        ImmutableArray<DialectLine> lines = open.OnlyFor is DialectLine line ? [line] : session.Lines;
        foreach (var fresh in lines.Where(l => !l.IsOpen))
        {
            session.Dialect.Opened(session, fresh);
            fresh.Open();
        }

        // A line that joins others may take the place of one whose client is in a tunnel, which nobody has noticed yet.
        var unheard = open.OnlyFor is null
            ? session.Known.TakeDoubted()
            : session.Known.EndsSince(services.Time.GetUtcNow() - CallLimits.EndsToldFor).TakeLast(CallLimits.EndsTold);
        foreach (var end in unheard)
            await TellEnd(session, end, lines, again: true);

        // What was queued before this was read later than this: a call that has ended since must not ring again.
        foreach (var call in open.What.Calls.Where(c => !session.Known.HasEnded(c.CallId)))
            await CatchUp(session, call, lines, services);
    }

    /// <summary>
    /// Tells the ends of the user's last calls, but for those that the device knows: what it heard from another process, or this one before
    /// a restart, is known nowhere, and a client that is told of an end twice takes no harm.
    /// </summary>
    public static async Task CatchUp(DialectSession session, ImmutableArray<PastEnd> ends, DialectServices services)
    {
        foreach (var past in ends)
        {
            // Invited again since: what is known is younger.
            if (session.Known.Find(past.End.CallId) is { State: not CallPhase.Ended } known && known.Seq > past.End.Seq)
                continue;
            if (past.Call is { } call)
                session.Known.Keep(call);
            await Tell(session, past.End, session.Lines, services);
        }
    }

    private static async Task CatchUp(
        DialectSession session, OpenCallView call, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        var me = session.Actor.UserId;
        if (call.State == CallPhase.Ended)
        {
            await Tell(session, new CallEnded
            {
                CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason ?? EndReason.Failed, EndedBy = call.EndedBy,
            }, lines, services);
            return;
        }

        if (call.Legs.FirstOrDefault(leg => leg.UserId == me) is { } mine && mine.State.IsPending)
        {
            var ring = new CallIncoming { CallId = call.CallId, Seq = call.Seq, Call = call, Offer = call.Offer };
            await Tell(session, ring, lines, services);
            return;
        }

        session.Known.Keep(call);
        if (PartOver(call, session.Actor) is { } reason)
        {
            var over = new CallEnded { CallId = call.CallId, Seq = call.Seq, Reason = reason, EndedBy = me };
            await Tell(session, over, lines, services);
            return;
        }

        await EndIfAlone(session, call, services);
        if (!call.IsCaller(me))
            return;
        // Each language says it once.
        foreach (var leg in call.Legs.Where(l => l.State.IsIn))
        {
            await session.TellTo(lines, new CallAccepted
            {
                CallId = call.CallId, Seq = call.Seq, UserId = leg.UserId, DeviceId = leg.DeviceId, Answer = call.Answer,
            });
        }
    }

    // The end of a rejected call comes behind the rejection, for a caller who was away too.
    private static async Task TellEnd(
        DialectSession session, CallEnded ended, ImmutableArray<DialectLine> lines, bool again = false)
    {
        foreach (var leg in ended.Reason == EndReason.Rejected ? await Rejections(session, ended.CallId, again) : [])
        {
            if (session.Known.Take(RejectionOf(ended.CallId, leg.UserId)) || again)
                await session.TellTo(lines, new CallRejected { CallId = ended.CallId, Seq = ended.Seq, UserId = leg.UserId, Reason = leg.Reason });
        }

        await session.TellTo(lines, ended);
    }

    private static async Task<IEnumerable<Leg>> Rejections(DialectSession session, string callId, bool again)
    {
        var call = session.Known.Find(callId);
        if (call is not null && !call.IsCaller(session.Actor.UserId))
            return [];
        if (!again && call?.Legs.All(leg => session.Known.Has(RejectionOf(callId, leg.UserId))) == true)
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

    // These languages know one who calls. A caller who has left does not, and may be the very one who is rung.
    private static CallIncoming FromInviter(CallIncoming ring) => ring.Call is { Caller.Left: true, InvitedBy: { } inviter }
        ? ring with { Call = ring.Call with { Caller = new Caller { Id = inviter.Id, Name = inviter.Name } } }
        : ring;

    // These languages have no word for a call in which all others have left and only rings are under way: it is over, and ends.
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
            // It stays, and ends with the ring.
            GatewayLog.DialectUnread(services.Log, exception, call.CallId, session.Actor.UserId);
        }
    }

    // A ring comes once over each line, however often it is told; an offer that came after it is told to lines that lack it.
    private static async Task Ring(
        DialectSession session, CallIncoming ring, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        ImmutableArray<DialectLine> fresh = [.. lines.Where(line => line.Take(new(ToldWhat.Ring, ring.CallId)))];
        ImmutableArray<DialectLine> offered =
            ring.Offer is null ? [] : [.. lines.Where(line => line.Take(new(ToldWhat.Offer, ring.CallId)))];
        if (!fresh.IsEmpty)
            await session.TellTo(fresh, ring);
        ImmutableArray<DialectLine> late = [.. offered.Except(fresh)];
        if (!late.IsEmpty)
        {
            await session.TellTo(late, new SignalReceived
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

    // Clients of dialects ring when they are told to, and have no word for it: a ring that one of them has taken counts as alerting. One
    // that gives no sign of life is pushed when its time to acknowledge is over.
    private static async Task Ack(DialectSession session, string callId, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        try
        {
            if (!await IsTaken(lines))
                return;
            session.Shown(await services.Calls.AckRinging(session.Actor, callId));
        }
        catch (Exception exception)
        {
            // Over by now; or the call's grain is away, and a push too many does no harm.
            if (exception is not CallException)
                GatewayLog.DialectUnread(services.Log, exception, callId, session.Actor.UserId);
        }
    }

    private static async Task<bool> IsTaken(ImmutableArray<DialectLine> lines)
    {
        await foreach (var taken in Task.WhenEach(lines.Select(line => line.IsTaken())))
        {
            if (await taken)
                return true;
        }

        return false;
    }

    private static Told RejectionOf(string callId, string userId) => new(ToldWhat.Rejected, callId, userId);
}
