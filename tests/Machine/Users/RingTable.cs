using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>
/// Puts every input to a ring at one device in every state that it can be in, and writes down what came of it, as markdown. Rows
/// of which just as much comes, and which differ in one column only, are one.
/// </summary>
internal static class RingTable
{
    private const string NamelessPhone = "socketio-0123456789abcdef-01234567-0123456789ab";

    private static readonly DateTimeOffset Now = Bench.T0;
    private static readonly DateTimeOffset Until = Now.AddSeconds(30);

    private static readonly string[][] Columns =
    [
        ["no", "yes"],
        ["none", "FCM", "PushKit"],
        ["no", "1 s ago", "2 s ago"],
        ["no", "yes"],
        ["none", "under way", "cancel waits", "accepted", "failed"],
    ];

    /// <summary>Each input, and in which cells it can come.</summary>
    public static readonly (string Heading, Func<Cell, RingInput> Make, Func<Cell, bool> CanCome)[] Inputs =
    [
        ("The ring comes", _ => new RingReceived([]), _ => true),
        ("The ring comes again, and the device had been pushed", _ => new RingReceived(["B1"]), _ => true),
        ("The device connects", _ => new RingDeviceConnected(), cell => cell.HasSocket),
        ("The device's socket is gone", _ => new RingDeviceGone("B1"), cell => !cell.HasSocket),
        ("The device acknowledges", _ => new RingAcked("B1"), _ => true),
        ("The device sets a token", _ => new RingTokenSet("B1"), cell => cell.Token is not null),
        ("The device's token becomes another user's", cell => new RingTokenForgotten(cell.Rung), cell => cell.Token is not null),
        ("The push is accepted, or may have been", cell => new RingPushEnded(cell.Rung, Accepted: true), cell => cell.IsPushed),
        ("The push fails", cell => new RingPushEnded(cell.Rung, Accepted: false), cell => cell.IsPushed),
        ("Time passes", _ => new RingTick(), _ => true),
        ("The call ends for the user, or is silenced", _ => new RingStopped(), _ => true),
        ("The user declines on this device", _ => new RingStopped("B1"), _ => true),
        ("The user declines on another device", _ => new RingStopped("B2"), _ => true),
        ("The user answers on this device", _ => new RingAnswered("B1"), _ => true),
        ("The user answers on another device", _ => new RingAnswered("B2"), _ => true),
        ("The user answers on a phone that has no name", _ => new RingAnswered(NamelessPhone), _ => true),
        ("The user answers, without a device", _ => new RingAnswered(null), _ => true),
    ];

    /// <summary>All tables.</summary>
    public static IEnumerable<(string Heading, string Rows)> All()
    {
        foreach (var (heading, make, canCome) in Inputs)
            yield return (heading, Rows(Cells().Where(canCome), make, Until));
        yield return ("Time passes, and the time of the ring is over", Rows(Cells(), _ => new RingTick(), Now));
        yield return ("Time passes, and the call does not ring here", Rows(Cells(), _ => new RingTick(), until: null));
        foreach (var (heading, make, canCome) in Inputs.Where(input => input.Make(Cells().Last()) is RingPushEnded))
            yield return ($"{heading}, and the ring is over", Rows(Cells(isOver: true).Where(canCome), make, Until));
    }

    /// <summary>Every state of one device.</summary>
    public static IEnumerable<Cell> Cells(bool isOver = false) =>
        from socket in Columns[0]
        from token in Columns[1]
        from sent in Columns[2]
        from acked in Columns[3]
        from push in Columns[4]
        select new Cell([socket, token, sent, acked, push], isOver);

    public static (RingContext Context, RingDecision Decision) Decide(Cell cell, RingInput input, DateTimeOffset? until)
    {
        // A token that has become another user's is not this one's any more.
        DeviceToken[] tokens = cell.Token is { } token && input is not RingTokenForgotten ? [token] : [];
        var context = new RingContext(Now, TimeSpan.FromSeconds(2), until, cell.HasSocket ? ["B1"] : [], [.. tokens]);
        return (context, RingMachine.Decide(cell.Ring, input, context));
    }

    private static string Rows(IEnumerable<Cell> cells, Func<Cell, RingInput> make, DateTimeOffset? until)
    {
        var rows = cells.Select(cell => (cell.State, Outcome: Outcome(cell, make(cell), until))).ToList();
        foreach (var column in Enumerable.Range(0, Columns.Length).Reverse())
        {
            rows =
            [
                .. rows.GroupBy(row => (Others: string.Join('|', row.State.Where((_, i) => i != column)), row.Outcome))
                    .Select(same => (Merged([.. same.Select(row => row.State)], column), same.Key.Outcome)),
            ];
        }

        return string.Concat(rows.Select(row => $"| {string.Join(" | ", row.State)} | {row.Outcome} |\n"));
    }

    private static string[] Merged(string[][] states, int column)
    {
        var (merged, values) = ((string[])states[0].Clone(), states.Select(state => state[column]).ToList());
        merged[column] = values.SequenceEqual(Columns[column]) ? "any" : string.Join(", ", values);
        return merged;
    }

    private static string Outcome(Cell cell, RingInput input, DateTimeOffset? until)
    {
        var (context, decision) = Decide(cell, input, until);
        var next = RingMachine.NextPush(decision.Ring, context) is { } due ? $"in {(due - Now).TotalSeconds} s" : "";
        return $"{Does(decision)} | {Becomes(cell.Ring, decision.Ring)} | {next}";
    }

    private static string Does(RingDecision decision) => string.Join(", ", [
        .. decision.Send.Select(_ => "send"),
        .. decision.Push.Select(_ => "push"),
        .. decision.StopTrying.Select(_ => "stop trying"),
        .. decision.Cancel.Select(_ => "cancel")]);

    private static string Becomes(RingState before, RingState after)
    {
        var (was, now) = (before.Devices["B1"], after.Devices["B1"]);
        var becomes = new List<string>();
        if (now.SentAt != was.SentAt)
            becomes.Add(now.SentAt is null ? "not sent" : "sent");
        if (now.IsAcked != was.IsAcked)
            becomes.Add("acked");
        if (now.Push != was.Push)
            becomes.Add($"push {EnumNames.Snake(now.Push).Replace('_', ' ')}");
        if (after.AwaitingCancel.Length != before.AwaitingCancel.Length)
            becomes.Add(after.AwaitingCancel.IsEmpty ? "no cancel waits" : "cancel waits");
        if (after.IsOver && !before.IsOver)
            becomes.Add("over");
        return string.Join(", ", becomes);
    }

    /// <summary>One device of one user, and the ring at it.</summary>
    public sealed record Cell(string[] State, bool IsOver)
    {
        public bool HasSocket => State[0] == "yes";

        public DeviceToken? Token => State[1] == "none" ? null : Rung;

        /// <summary>The token by which it was rung, whether or not the device still has it.</summary>
        public DeviceToken Rung => new()
        {
            DeviceId = "B1",
            Provider = State[1] == "PushKit" ? PushProvider.ApnsVoip : PushProvider.Fcm,
            Token = "token",
            SetAt = Now,
        };

        public bool IsPushed => State[4] is "under way" or "cancel waits";

        public RingState Ring => field ??= new RingState
        {
            AwaitingCancel = State[4] == "cancel waits" ? [Rung] : [],
            IsOver = IsOver,
            Devices = new RingState().Devices.Add("B1", new DeviceRing(
                State[2] switch { "no" => null, "1 s ago" => Now.AddSeconds(-1), _ => Now.AddSeconds(-2) },
                State[3] == "yes",
                State[4] switch
                {
                    "none" => PushStage.None,
                    "accepted" => PushStage.Accepted,
                    "failed" => PushStage.Failed,
                    _ => PushStage.UnderWay,
                })),
        };
    }
}
