using System.Text.Json;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Simulation;

/// <content>What connections, push providers, histories and users' rows are told.</content>
internal sealed partial class Oracle
{
    // A ring on its way when the call ended: the user's grain hears of it with the next notice; after losses, after some tries.
    private static readonly TimeSpan LateRing = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LateRingInBadWeather = TimeSpan.FromSeconds(75);

    private readonly Dictionary<string, DateTimeOffset> _endedAt = [];
    private readonly Dictionary<(SimDevice Device, string CallId), SortedDictionary<long, CallEvent>> _told = [];
    private readonly Dictionary<(string CallId, string From, string To), (int Last, HashSet<int> Seen)> _signals = [];
    private readonly HashSet<(string CallId, string Payload)> _early = [];
    private readonly Dictionary<string, long> _before = [];
    private readonly Dictionary<(SimConnection Connection, string CallId), long> _mustBeKnown = [];
    private readonly Dictionary<string, DateTimeOffset> _givenUp = [];
    private readonly Dictionary<(string CallId, string Device, DateTimeOffset InvitedAt), DateTimeOffset> _pushes = [];
    private readonly HashSet<(string CallId, string Device, DateTimeOffset InvitedAt)> _missedPushes = [];
    private readonly Dictionary<(string UserId, string CallId), int> _missed = [];
    private readonly Dictionary<string, CallSession> _history = [];

    /// <summary>A call has decided. What is in its row by then comes before the signals that it passes on now.</summary>
    public void Decided(Decision decision)
    {
        if (decision.State is not { CallId: var callId } || Row(callId) is not { Seq: var seq })
            return;
        foreach (var signal in decision.Notices.SelectMany(notice => notice.Events).Select(envelope => envelope.Event)
            .OfType<SignalReceived>())
            _before[signal.Payload] = seq;
    }

    /// <summary>A gateway has queued an event for a connection.</summary>
    public void Told(SimConnection connection, ClientEvent what)
    {
        if (what is not CallEvent told)
            return;
        world.Totals.Events++;
        var device = connection.Device;
        if (Row(told.CallId) is not { } row)
        {
            IsTrue(false, "persist_then_tell", $"{device} is told of {told.CallId}, which has no row: {told}");
            return;
        }

        IsTrue(
            row.Seq >= told.Seq || IsSetAside(row, told), "persist_then_tell",
            $"{device} is told {told}, the row is at seq {row.Seq}");
        IsTrue(row.Caller.UserId == device.User.Id || row.LegOf(device.User.Id) is { Bar: not LegBar.Blocked }
            || Versions(told.CallId).Exists(v => v.LegOf(device.User.Id) is { Bar: not LegBar.Blocked }), "only_parties",
            $"{device} is told {told}");
        if (told is CallIncoming)
            MayRing(row, device, "CallIncoming");
        else
            InOrder(connection, told);
        switch (told)
        {
            case CallIncoming incoming:
                HidesBlocks(incoming.Call, device.User.Id, "CallIncoming");
                AsStored(incoming.Call, "CallIncoming", passing: true);
                break;
            case CallUpdated updated:
                HidesBlocks(updated.Call, device.User.Id, "CallUpdated");
                AsStored(updated.Call, "CallUpdated", passing: true);
                IsTrue(
                    updated.Call.Seq == updated.Seq, "one_number",
                    $"{device} is told {updated.Seq} with a view of {updated.Call.Seq}: clients take what comes between for old");
                break;
            case CallEnded ended:
                OneEnd(row, device, ended);
                break;
            case CallAccepted accepted:
                IsTrue(
                    Versions(row.CallId).Exists(
                        v => v.LegOf(accepted.UserId) is { IsIn: true } leg && leg.DeviceId == accepted.DeviceId),
                    "persist_then_tell", $"{device} is told {accepted}");
                break;
            case CallProgress progress:
                IsTrue(
                    row.LegOf(progress.UserId) is { Bar: not LegBar.Blocked }, "blocked_is_secret",
                    $"{device} is told {progress}");
                break;
            case SignalReceived signal:
                Signal(row, connection, signal);
                break;
        }
    }

    /// <summary>A push is handed to its provider.</summary>
    public void Pushed(PushMessage push)
    {
        world.Totals.Pushes++;
        var device = $"{push.UserId}/{push.DeviceId}";
        if (Row(push.CallId) is not { } row || row.LegOf(push.UserId) is not { } leg)
        {
            IsTrue(false, "persist_then_tell", $"{push.Type} to {device} for {push.CallId}: no such leg is stored");
            return;
        }

        IsTrue(leg.Bar != LegBar.Blocked, "blocked", $"{push.Type} to {device}, who blocks the caller of {push.CallId}");
        if (push.Type == PushType.CallMissed)
        {
            IsTrue(
                _missedPushes.Add((push.CallId, device, leg.InvitedAt)), "one_missed_push",
                $"{device} is pushed twice that it missed {push.CallId}");
            IsTrue(
                _missed.ContainsKey((push.UserId, push.CallId)), "persist_then_tell",
                $"{device} is pushed a missed call that is not stored");
        }

        if (push.Type != PushType.CallIncoming)
            return;
        MayRing(row, world.FindDevice(push.UserId, push.DeviceId)!, "push");
        var key = (push.CallId, device, leg.InvitedAt);
        if (_pushes.TryGetValue(key, out var first))
        {
            var lost = _userLost.TryGetValue(push.UserId, out var at) ? at : default;
            IsTrue(lost >= first, "one_push", $"{device} is pushed twice for {push.CallId}, and its user's grain never crashed");
        }

        _pushes[key] = Now;
    }

    /// <summary>A provider has refused a push: it was none, and may go by another token.</summary>
    public void Refused(PushMessage push)
    {
        if (push.Type == PushType.CallIncoming && Row(push.CallId)?.LegOf(push.UserId) is { } leg)
            _pushes.Remove((push.CallId, $"{push.UserId}/{push.DeviceId}", leg.InvitedAt));
    }

    /// <summary>A row of a user has landed.</summary>
    public void UserWritten(string userId, StoredUser? before, StoredUser after)
    {
        foreach (var missed in after.Missed)
        {
            if (before?.Missed.Any(known => known.CallId == missed.CallId) == true)
                continue;
            var times = _missed[(userId, missed.CallId)] = _missed.GetValueOrDefault((userId, missed.CallId)) + 1;
            var invited = Versions(missed.CallId).Select(v => v.LegOf(userId)?.InvitedAt).Distinct().Count(at => at is not null);
            IsTrue(times <= invited, "missed_once", $"{userId} missed {missed.CallId} {times} times");
            var leg = Row(missed.CallId)?.LegOf(userId);
            // Whoever was invited again in the very turn in which the ring ran out has no row that says so.
            IsTrue(invited > 1 || leg is { Phase: LegPhase.Missed or LegPhase.Busy } || Versions(missed.CallId).Exists(
                v => v.LegOf(userId) is { Phase: LegPhase.Missed or LegPhase.Busy }), "persist_then_tell",
                $"{userId} missed {missed.CallId}, the row says {leg?.Phase}");
        }
    }

    /// <summary>A call goes into history.</summary>
    public void HistoryWritten(CallSession session)
    {
        var row = Row(session.Call.CallId);
        IsTrue(
            row is { Phase: CallPhase.Ended } && row.EndReason == session.Call.EndReason && row.EndedAt == session.Call.EndedAt,
            "history",
            $"{session.Call.CallId} goes into history as {session.Call.EndReason}, the row says {row?.Phase} {row?.EndReason}");
        if (_history.TryAdd(session.Call.CallId, session))
            return;
        IsTrue(
            _history[session.Call.CallId].Call.EndReason == session.Call.EndReason, "history",
            $"{session.Call.CallId} has two histories");
    }

    private void MayRing(CallState row, SimDevice device, string how)
    {
        var leg = row.LegOf(device.User.Id);
        IsTrue(leg is { Bar: LegBar.None }, "may_not_ring", $"{how} of {row.CallId} to {device}: {leg?.Bar}");
        if (!_endedAt.TryGetValue(row.CallId, out var endedAt))
            return;
        var calm = world.LastFault < endedAt - TimeSpan.FromSeconds(30);
        var bound = calm ? LateRing + (2 * world.Weather.LongestDelay) : LateRingInBadWeather;
        IsTrue(
            Now - endedAt <= bound, "an_ended_call_never_rings",
            $"{how} of {row.CallId} to {device} {Now - endedAt} after its end");
    }

    /// <summary>
    /// A ring confirmed in time: the row has a number for it, and whoever takes the call up from the row takes it for told.
    /// </summary>
    private static bool IsSetAside(CallState row, CallEvent told) => told.Seq <= row.SetAside && told switch
    {
        CallProgress { Stage: RingStage.Ringing } progress => row.LegOf(progress.UserId) is { AwaitsAlert: true },
        // A ring that is sent again shows the call as it is by then.
        CallIncoming => true,
        _ => false,
    };

    /// <summary>
    /// Each number once for a device, and growing: an app drops what is not newer than what it has seen. What a user has been
    /// told already may come again, when an answer was lost or a grain has crashed.
    /// </summary>
    private void InOrder(SimConnection connection, CallEvent told)
    {
        if (told.Seq == 0)
            return;
        var key = (connection.Device, told.CallId);
        if (!_told.TryGetValue(key, out var events))
            _told.Add(key, events = []);
        if (events.TryGetValue(told.Seq, out var same))
        {
            IsTrue(
                same.GetType() == told.GetType(), "seq_grows",
                $"{connection.Device} is told two things with one number: {same} and {told}");
            return;
        }

        var overtaken = _mustBeKnown.GetValueOrDefault((connection, told.CallId)) >= told.Seq;
        IsTrue(
            !overtaken || IsGivenUp(told.CallId), "signals_in_order",
            $"{connection.Device} is told {told} behind a signal that was sent later");
        var replayed = connection.Device.User.Devices.Any(
            other => _told.TryGetValue((other, told.CallId), out var theirs) && theirs.ContainsKey(told.Seq));
        var heard = connection.Device.Connection == connection;
        IsTrue(
            !heard || replayed || events.Count == 0 || told.Seq > events.Keys.Last(), "seq_grows",
            $"{connection.Device} is told {told} after seq {events.Keys.LastOrDefault()}");
        events.Add(told.Seq, told);
    }

    private void OneEnd(CallState row, SimDevice device, CallEnded ended)
    {
        if (ended.Reason is EndReason.AnsweredElsewhere or EndReason.RejectedElsewhere)
            return;
        // What was stored with this event, or right after it.
        var version = Versions(row.CallId).First(v => v.Seq >= ended.Seq);
        var isCaller = row.Caller.UserId == device.User.Id;
        if (version.Phase == CallPhase.Ended
            && (isCaller ? !Versions(row.CallId).Exists(v => v.Caller.Left && v.Phase != CallPhase.Ended) : row.IsOneToOne))
        {
            // A caller whose part was over first has heard that, in the same turn in which the call ended for the others.
            var leftFirst = isCaller && version.Caller.Left && ended.Seq < version.Seq;
            IsTrue(
                ended.Reason == version.EndReason || leftFirst, "one_end",
                $"{device} is told {ended.Reason}, {row.CallId} ended {version.EndReason}");
            return;
        }

        IsTrue(
            isCaller
                ? version.Caller.Left || version.Phase == CallPhase.Ended
                : version.LegOf(device.User.Id) is not { IsPending: true } and not { IsIn: true },
            "told_truth", $"{device} is told {ended}, and its part in {row.CallId} goes on");
    }

    /// <summary>
    /// Only between devices that were bound, and in the order of the sender; a lost answer may bring one twice.
    /// </summary>
    private void Signal(CallState row, SimConnection connection, SignalReceived signal)
    {
        var to = connection.Device;
        using var json = JsonDocument.Parse(signal.Payload);
        if (!json.RootElement.TryGetProperty("n", out var number))
            return;
        world.Totals.Signals++;
        var n = number.GetInt32();
        var from = json.RootElement.GetProperty("d").GetString()!;
        var versions = Versions(row.CallId);
        IsTrue(
            versions.Exists(v => BoundIn(v, signal.FromUserId) is not { } bound || bound == from), "bound_devices",
            $"{row.CallId}: {to} hears {signal.FromUserId}/{from}, which was never bound");
        IsTrue(
            versions.Exists(v => BoundIn(v, to.User.Id) is not { } bound || bound == to.Id), "bound_devices",
            $"{row.CallId}: {to} hears a signal and was never bound");
        var key = (row.CallId, $"{signal.FromUserId}/{from}", to.ToString());
        if (!_signals.TryGetValue(key, out var seen))
            seen = (0, []);
        // What goes down a socket that the device has left behind is heard by nobody, but it may come again.
        var heard = to.Connection == connection;
        // What was kept until the accept is told again after a crash, whether or not it had been heard.
        var crossed = IsGivenUp(row.CallId);
        var again = crossed || seen.Seen.Contains(n)
            || (_early.Contains((row.CallId, signal.Payload)) && world.LastFault > row.AnsweredAt);
        IsTrue(
            !heard || n > seen.Last || again, "signals_in_order",
            $"{row.CallId}: {to} hears {n} of {key.Item2} after {seen.Last}");
        seen.Seen.Add(n);
        _signals[key] = (heard ? Math.Max(n, seen.Last) : seen.Last, seen.Seen);
        var place = (connection, row.CallId);
        _mustBeKnown[place] = Math.Max(_mustBeKnown.GetValueOrDefault(place), _before.GetValueOrDefault(signal.Payload));
    }

    private bool IsGivenUp(string callId) => _givenUp.TryGetValue(callId, out var at) && Now - at < LateRingInBadWeather;
}
