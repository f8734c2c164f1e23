using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// What section 2 of the protocol promises, checked from outside against the rows as they land, the replies, and what connections
/// are told. It knows nothing of how calls are decided. The first broken rule is kept, and ends the run.
/// </summary>
internal sealed partial class Oracle(World world)
{
    private readonly Dictionary<string, List<CallState>> _versions = [];
    private readonly HashSet<(string CallId, string UserId)> _moved = [];
    private readonly Dictionary<string, DateTimeOffset> _userLost = [];
    private static readonly GrainType UserType = GrainType.Create("user");

    /// <summary>The first broken rule.</summary>
    public (string Rule, string Detail)? Violation { get; private set; }

    private DateTimeOffset Now => world.Now;

    public void IsTrue(bool holds, string rule, string detail)
    {
        if (holds || Violation is not null)
            return;
        Violation = (rule, detail);
        world.Note($"BROKEN {rule}: {detail}");
    }

    /// <summary>A silo has crashed with these grains.</summary>
    public void Crashed(IEnumerable<GrainId> victims)
    {
        foreach (var victim in victims)
            Crashed(victim);
    }

    /// <summary>An activation has crashed.</summary>
    public void Crashed(GrainId victim) => Doubt(victim, Now);

    /// <summary>A grain may be in two silos until then, and neither of the two knows all that the other does.</summary>
    public void Split(GrainId grain, DateTimeOffset until) => Doubt(grain, until);

    /// <summary>
    /// An activation is over, by a crash or by a doubt about its write; what it had under way may cross what the next one sends.
    /// </summary>
    public void GivenUp(GrainId grain) => _givenUp[grain.Key.ToString()!] = Now;

    private void Doubt(GrainId grain, DateTimeOffset until) =>
        (grain.Type == UserType ? _userLost : _givenUp)[grain.Key.ToString()!] = until;

    /// <summary>A row of a call has landed.</summary>
    public void CallWritten(CallState? before, CallState after)
    {
        var versions = Versions(after.CallId);
        versions.Add(after);
        Time(before, after);
        world.Totals.Phases[after.Phase] = world.Totals.Phases.GetValueOrDefault(after.Phase) + 1;
        if (before is not null)
            OnlyForward(before, after);
        WebhooksKept(before, after);
        if (after.Phase == CallPhase.Ended && before?.Phase != CallPhase.Ended)
        {
            _endedAt[after.CallId] = Now;
            world.Totals.EndReasons[after.EndReason!.Value] =
                world.Totals.EndReasons.GetValueOrDefault(after.EndReason.Value) + 1;
            foreach (var leg in after.Legs)
                world.Totals.LegPhases[leg.Phase] = world.Totals.LegPhases.GetValueOrDefault(leg.Phase) + 1;
            IsTrue(after.EndReason.Value.IsStored(), "stored_reason", $"{after.CallId} is stored as {after.EndReason}");
        }

        IsTrue((after.Phase == CallPhase.Ended) == (after.EndReason is not null && after.EndedAt is not null), "end_is_whole",
            $"{after.CallId}: {after.Phase}, {after.EndReason}, {after.EndedAt}");
        foreach (var leg in after.Legs)
        {
            IsTrue(
                leg.RingUntil <= leg.InvitedAt + CallLimits.MaxRing, "longest_ring",
                $"{after.CallId}: {leg.UserId} rings until {leg.RingUntil}");
            IsTrue(!Rings(leg) || !IsBlocked(after, leg.UserId), "blocked",
                $"{after.CallId} rings {leg.UserId}, who blocks {after.Caller.UserId}");
        }
    }

    /// <summary>A command leaves.</summary>
    public Ask Asked(string callId, CallCommand command)
    {
        if (command is MoveCall && command.Actor is { } mover)
            _moved.Add((callId, mover.UserId));
        if (command is SendSignal signal && Row(callId) is { AnsweredAt: null })
            _early.Add((callId, signal.Payload));
        return new Ask(callId, command, Now);
    }

    /// <summary>Its reply is there: what it says must be in the table already.</summary>
    public void Answered(Ask ask, CallReply reply)
    {
        var actor = ask.Command.Actor;
        if (reply.Call is { } shown)
        {
            AsStored(shown, $"reply to {ask.Command.GetType().Name}");
            if (actor is not null)
                HidesBlocks(shown, actor.UserId, "reply");
        }

        // A stranger may have been invited while the command was on its way.
        if (actor is { DeviceId: "forged" } && !Versions(ask.CallId).Exists(version => version.IsParty(actor.UserId)))
            Refused(ask, reply);
        else if (reply.Succeeded && actor is { DeviceId: not "forged" })
            Kept(ask, actor, reply);
    }

    private static bool Rings(LegState leg) => leg.IsPending && leg.Bar == LegBar.None;

    private List<CallState> Versions(string callId)
    {
        if (!_versions.TryGetValue(callId, out var versions))
            _versions.Add(callId, versions = []);
        return versions;
    }

    private CallState? Row(string callId) => world.Storage.Calls.GetValueOrDefault(callId);

    private bool IsBlocked(CallState call, string userId) =>
        world.Users.FirstOrDefault(user => user.Id == userId)?.Blocked.Contains(call.Caller.UserId) == true;

    /// <summary>No step back: ended is final, an answer stays, legs only move on, numbers grow.</summary>
    private void OnlyForward(CallState before, CallState after)
    {
        var id = after.CallId;
        IsTrue(after.Phase >= before.Phase, "forward", $"{id} went from {before.Phase} to {after.Phase}");
        IsTrue(after.Seq >= before.Seq, "seq", $"{id} went from {before.Seq} to {after.Seq}");
        IsTrue(before.AnsweredAt is null || after.AnsweredAt == before.AnsweredAt, "answered_once", $"{id} was answered twice");
        if (before.Phase == CallPhase.Ended)
        {
            IsTrue(
                after.EndReason == before.EndReason && after.EndedBy == before.EndedBy && after.EndedAt == before.EndedAt,
                "one_end",
                $"{id} ended {before.EndReason} and then {after.EndReason}");
        }

        foreach (var leg in before.Legs)
        {
            if (after.LegOf(leg.UserId) is not { } now || now.InvitedAt != leg.InvitedAt)
                continue;
            IsTrue(!now.IsPending || leg.IsPending, "leg_forward", $"{id}: {leg.UserId} went from {leg.Phase} to {now.Phase}");
            IsTrue(
                !now.IsIn || leg.IsPending || leg.IsIn, "leg_forward",
                $"{id}: {leg.UserId} went from {leg.Phase} to {now.Phase}");
            IsTrue(
                !leg.IsIn || !now.IsIn || leg.DeviceId == now.DeviceId || _moved.Contains((id, leg.UserId)), "first_accept_wins",
                $"{id}: {leg.UserId} went from {leg.DeviceId} to {now.DeviceId} without a move");
        }
    }

    /// <summary>What anybody is shown is what some row said, and is not newer than the newest row.</summary>
    /// <param name="shown">What is shown.</param>
    /// <param name="where">In what.</param>
    /// <param name="passing">It may be a step on the way to what was stored, when one command led to two events.</param>
    private void AsStored(Call shown, string where, bool passing = false)
    {
        var versions = Versions(shown.CallId).Where(v => v.Seq == shown.Seq).ToList();
        var softly = Versions(shown.CallId).Exists(
            v => v.Seq < shown.Seq && shown.Seq <= v.SetAside && Same(v, shown, softly: true));
        IsTrue(
            (passing && versions.Count == 0 && Row(shown.CallId)?.Seq > shown.Seq) || softly
                || versions.Exists(v => Same(v, shown)), "persist_then_tell",
            $"{where}: {shown.CallId} as {shown.State} {shown.EndReason} seq {shown.Seq} is in no row; the newest is "
            + $"{Row(shown.CallId)?.Phase} {Row(shown.CallId)?.EndReason} seq {Row(shown.CallId)?.Seq}");
    }

    private static bool Same(CallState row, Call shown, bool softly = false) =>
        row.Phase == shown.State && row.EndReason == shown.EndReason && row.EndedBy == shown.EndedBy
            && row.Legs.Length == shown.Legs.Length
        && row.Legs.Zip(shown.Legs).All(
            pair => pair.First.UserId == pair.Second.UserId && pair.First.DeviceId == pair.Second.DeviceId
                && (pair.First.Phase == pair.Second.State
                    || pair is { First.Phase: LegPhase.Blocked, Second.State: LegPhase.Missed }
                    || (softly && pair is { First.AwaitsAlert: true, Second.State: LegPhase.Ringing })));

    private void HidesBlocks(Call shown, string readerId, string where)
    {
        foreach (var leg in shown.Legs)
            IsTrue(
                leg.State != LegPhase.Blocked || leg.UserId == readerId, "blocked_is_secret",
                $"{where}: {readerId} sees that {leg.UserId} blocks");
    }

    /// <summary>Commands by strangers change nothing and tell nothing.</summary>
    private void Refused(Ask ask, CallReply reply)
    {
        var what = $"{ask.Command.GetType().Name} of {ask.CallId} by {ask.Command.Actor!.UserId}";
        IsTrue(
            reply.Error?.Code is CallErrorCode.Forbidden or CallErrorCode.NotFound or CallErrorCode.Conflict, "forged",
            $"{what} was carried out");
        IsTrue(
            reply.Call is null && reply.Offer is null && reply.Answer is null && reply.Events.IsEmpty, "forged",
            $"{what} was told of the call");
        if (Row(ask.CallId) is { } row)
        {
            IsTrue(
                row.Caller.DeviceId != "forged"
                    && row.Legs.All(
                        leg => leg.DeviceId != "forged" && !leg.UserId.StartsWith("mallory", StringComparison.Ordinal)),
                "forged", $"{what} has left its mark");
        }
    }

    /// <summary>A command that succeeded is in the table, and stays there.</summary>
    private void Kept(Ask ask, Actor actor, CallReply reply)
    {
        if (ask.Command is ReadCall or SendSignal or ReportMedia)
            return;
        var callId = reply.Call?.CallId ?? ask.CallId;
        if (Row(callId) is not { } row)
        {
            IsTrue(false, "acknowledged_is_kept", $"{ask.Command.GetType().Name} of {callId} succeeded, and there is no row");
            return;
        }

        var leg = row.LegOf(actor.UserId);
        var isCaller = row.Caller.UserId == actor.UserId;
        var again = leg is not null && Invited(row, leg) >= ask.At;
        var kept = ask.Command switch
        {
            StartCall => row.Phase == CallPhase.Ended || isCaller || leg is not null,
            AcceptCall accept =>
                Versions(callId).Exists(v => v.LegOf(actor.UserId) is { IsIn: true } l && l.DeviceId == actor.DeviceId
                    && (!accept.Ready || l.Phase == LegPhase.Joined)),
            ReadyCall =>
                isCaller
                    || Versions(callId).Exists(
                        v => v.LegOf(actor.UserId) is { Phase: LegPhase.Joined } l && l.DeviceId == actor.DeviceId),
            RejectCall => row.Phase == CallPhase.Ended || again || leg is { IsPending: false },
            EndCall when isCaller => row.Phase == CallPhase.Ended || row.Caller.Left,
            EndCall => row.Phase == CallPhase.Ended || again || leg is { IsPending: false, IsIn: false },
            AckRinging => row.Phase == CallPhase.Ended || again || leg is { Alerted: true } or { IsPending: false }
                || (row.SetAside > row.Seq && leg is { AwaitsAlert: true }),
            SilenceCall => isCaller || row.Phase == CallPhase.Ended || again || leg is { Silenced: true } or { IsPending: false },
            MoveCall => Versions(callId).Exists(v => BoundIn(v, actor.UserId) == actor.DeviceId),
            _ => true,
        };
        IsTrue(
            kept, "acknowledged_is_kept",
            $"{ask.Command.GetType().Name} of {callId} by {actor.UserId}/{actor.DeviceId} succeeded, the row says {row.Phase} {leg}");
    }

    private static string? BoundIn(CallState call, string userId) =>
        call.PartyOf(userId)?.DeviceId;
}

/// <summary>A command under way.</summary>
internal sealed record Ask(string CallId, CallCommand Command, DateTimeOffset At);
