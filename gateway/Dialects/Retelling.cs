namespace OrleansCalls.Gateway.Dialects;

/// <summary>
/// What a dialect's device is told, and when: each ring once per line, a device that comes back what it has missed. The dialect only
/// finds the words.
/// </summary>
internal static class Retelling
{
    private const string Answered = "answered by ";

    /// <summary>Tells of an event, and keeps what later words may need.</summary>
    public static async Task Tell(
        DialectSession session, ClientEvent what, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        switch (what)
        {
            case CallIncoming ring:
                session.Known.Ring(new CallView(ring.Call));
                await Ring(session, ring, lines, services);
                break;
            case CallUpdated updated:
                await session.TellTo(lines, updated);
                session.Known.Keep(new CallView(updated.Call));
                break;
            case CallAccepted accepted:
                session.Known.TakeTold(accepted.CallId, Answered + accepted.UserId);
                await session.TellTo(lines, accepted);
                break;
            // A device that was told "elsewhere" hears the end of the call itself too; these languages have one word for both.
            case CallEnded ended when session.Known.HasEnded(ended.CallId):
                break;
            case CallEnded ended:
                await session.TellTo(lines, ended);
                session.Known.Keep(ended);
                // Somebody who left may be invited again.
                foreach (var line in lines)
                    line.Forget(ended.CallId, OfferOf(ended.CallId));
                break;
            case SignalReceived { Kind: SignalKind.Offer } offer:
                foreach (var line in lines)
                    line.TakeFirst(OfferOf(offer.CallId));
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
            : session.Known.EndsSince(services.Time.GetUtcNow() - HubSetup.ClientTimeout);
        foreach (var end in unheard)
            await session.TellTo(lines, end);

        // What was queued before this was read later than this: a call that has ended since must not ring again.
        foreach (var call in open.What.Calls.Where(c => !session.Known.HasEnded(c.CallId)))
            await CatchUp(session, call, lines, services);
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

        if (call.Legs.FirstOrDefault(leg => leg.UserId == me) is { State: LegPhase.Notifying or LegPhase.PushSent or LegPhase.Ringing })
        {
            var ring = new CallIncoming { CallId = call.CallId, Seq = call.Seq, Call = call.ToCall(), Offer = call.Offer };
            await Tell(session, ring, lines, services);
            return;
        }

        session.Known.Keep(call);
        if (call.Caller?.Id != me)
            return;
        foreach (var leg in call.Legs.Where(l => l.State is LegPhase.Accepted or LegPhase.Joined))
        {
            if (!session.Known.TakeTold(call.CallId, Answered + leg.UserId))
                continue;
            await session.TellTo(lines, new CallAccepted
            {
                CallId = call.CallId, Seq = call.Seq, UserId = leg.UserId, DeviceId = leg.DeviceId, Answer = call.Answer,
            });
        }
    }

    // A ring comes once over each line, however often it is told; an offer that came after it is told to lines that lack it.
    private static async Task Ring(
        DialectSession session, CallIncoming ring, ImmutableArray<DialectLine> lines, DialectServices services)
    {
        ImmutableArray<DialectLine> fresh = [.. lines.Where(line => line.TakeFirst(ring.CallId))];
        ImmutableArray<DialectLine> offered = ring.Offer is null ? [] : [.. lines.Where(line => line.TakeFirst(OfferOf(ring.CallId)))];
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

    // Not a character of a call id, so no other call's name.
    private static string OfferOf(string callId) => callId + "#offer";
}
