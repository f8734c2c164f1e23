using System.Text;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Puts every command by every kind of actor to every state and writes down what came of it, as markdown.</summary>
internal static class StateTable
{
    private static readonly string[] Pair = ["A1", "A2", "A", "B1", "B2", "B", "X1"];
    private static readonly string[] Many = ["A1", "B1", "B2", "C1", "D1", "X1"];

    /// <summary>What people ask. The text names the variant where a command has some.</summary>
    public static readonly (string Name, Func<string, CallCommand> Make)[] Asked =
    [
        ("StartCall",
            who => new StartCall
            {
                CallId = "call-1", CalleeIds = [who[0] == 'A' ? "B" : "A"], Media = CallMedia.Audio, Offer = Bench.Offer,
            }),
        ("AckRinging", _ => new AckRinging()),
        ("AcceptCall", _ => new AcceptCall { Answer = Bench.Answer }),
        ("AcceptCall, not ready", _ => new AcceptCall { Ready = false }),
        ("ReadyCall", _ => new ReadyCall { Answer = Bench.Answer }),
        ("RejectCall", _ => new RejectCall { Reason = "later" }),
        ("EndCall", _ => new EndCall()),
        ("EndCall, failed", _ => new EndCall { Failed = true }),
        ("SilenceCall", _ => new SilenceCall()),
        ("RequestOffer", _ => new RequestOffer()),
        ("SendSignal, candidate",
            who => new SendSignal { Kind = SignalKind.Candidate, Payload = "{}", ToUserId = who[0] == 'A' ? "B" : "A" }),
        ("SendSignal, candidate, C to B", _ => new SendSignal { Kind = SignalKind.Candidate, Payload = "{}", ToUserId = "B" }),
        ("InviteToCall, E", _ => new InviteToCall { CalleeIds = ["E"] }),
        ("InviteToCall, D", _ => new InviteToCall { CalleeIds = ["D"] }),
        ("InviteToCall, A", _ => new InviteToCall { CalleeIds = ["A"] }),
        ("MoveCall", _ => new MoveCall()),
        ("ReportMedia, connecting", _ => new ReportMedia { State = MediaState.Connecting }),
        ("ReportMedia, connected", _ => new ReportMedia { State = MediaState.Connected }),
        ("RateCall", _ => new RateCall { Stars = 4 }),
        ("ReadCall", _ => new ReadCall()),
        ("ReadCall, to resume", _ => new ReadCall { AfterSeq = 0 }),
    ];

    /// <summary>What the service itself says.</summary>
    public static readonly (string Name, Func<Bench, CallCommand> Make)[] Said =
    [
        ("ReadCall, for an operator", _ => new ReadCall()),
        ("EndByAdmin", _ => new EndByAdmin()),
        ("ReplaceCall", _ => new ReplaceCall { ByCallId = "call-2" }),
        ("DevicePresence, A1 gone", _ => new DevicePresence { UserId = "A", DeviceId = "A1", Connected = false }),
        ("DevicePresence, B1 gone", _ => new DevicePresence { UserId = "B", DeviceId = "B1", Connected = false }),
        ("DevicePresence, B2 gone", _ => new DevicePresence { UserId = "B", DeviceId = "B2", Connected = false }),
        ("PushOutcome, B1 taken", _ => new PushOutcome { UserId = "B", DeviceId = "B1", Provider = PushProvider.Fcm }),
        ("PushOutcome, B2 failed",
            _ => new PushOutcome { UserId = "B", DeviceId = "B2", Provider = PushProvider.Fcm, Error = "quota" }),
        ("CheckDeadlines, early", _ => new CheckDeadlines()),
        ("CheckDeadlines, next one is due", bench =>
        {
            bench.Now = bench.State is null ? bench.Now : bench.Deadline ?? bench.Now;
            return new CheckDeadlines();
        }),
        ("CheckDeadlines, two hours late", bench =>
        {
            bench.At = 7200;
            return new CheckDeadlines();
        }),
    ];

    /// <summary>All tables, by heading.</summary>
    public static IEnumerable<(string Heading, string Rows)> All()
    {
        yield return ("No call of this id", Rows(() => new Bench(), ["A1", "A"]));
        yield return ("StartCall, by what the users' grains say", Starts());
        foreach (var (name, reach) in Situations.OneToOne)
            yield return (name, Rows(reach, Pair));
        foreach (var (name, reach) in Situations.Group)
            yield return (name, Rows(reach, Many));
        var reasons = string.Join(", ", Situations.Ended.Select(way => $"`{EnumNames.Snake(way.Reason)}`"));
        yield return ($"Ended, the same for {reasons}", Rows(Situations.Ended[0].Reach, Pair));
    }

    /// <summary>One state's rows: actors with the same outcome share one.</summary>
    public static string Rows(Func<Bench> reach, string[] actors)
    {
        var rows = new StringBuilder();
        foreach (var (name, make) in Asked)
        {
            if (name.EndsWith("C to B", StringComparison.Ordinal) && !actors.Contains("C1"))
                continue;
            if ((name.EndsWith(", D", StringComparison.Ordinal) || name.EndsWith(", A", StringComparison.Ordinal))
                && !actors.Contains("D1"))
                continue;
            var outcomes = actors.Select(
                who => (who, Text: Outcome(reach(), _ => make(who) with { Actor = Bench.By(who) }, who)));
            foreach (var same in outcomes.GroupBy(o => o.Text))
                rows.AppendLine($"| {name} | {string.Join(' ', same.Select(o => o.who))} | {same.Key} |");
        }

        foreach (var (name, make) in Said)
            rows.AppendLine($"| {name} | | {Outcome(reach(), make, "")} |");
        return rows.ToString();
    }

    private static string Starts()
    {
        var rows = new StringBuilder();
        foreach (var outcome in Enum.GetValues<AdmissionOutcome>().Where(
            o => o is not (AdmissionOutcome.Glare or AdmissionOutcome.RateLimited)))
            Row($"B: {EnumNames.Snake(outcome)}", new Bench().Will("B", outcome, "call-0"));
        Row("A: rate_limited", new Bench().Will("A", AdmissionOutcome.RateLimited));
        Row("A: replaces call-0", new Bench().Will("A", AdmissionOutcome.Replaces, "call-0"));
        Row("B: glare, same media", new Bench().Will("B", AdmissionOutcome.Glare, "call-0", sameMedia: true));
        Row("B: glare, other media", new Bench().Will("B", AdmissionOutcome.Glare, "call-0"));
        Row("nobody is asked: A1 ended the id before", Situations.Then(new Bench(), c => c.End("A1")));
        return rows.ToString();

        void Row(string what, Bench bench) =>
            rows.AppendLine(
                $"| StartCall, {what} | A1 | {Outcome(bench, _ => Asked[0].Make("A1") with { Actor = Bench.By("A1") }, "A1")} |");
    }

    private static string Outcome(Bench bench, Func<Bench, CallCommand> make, string who)
    {
        var before = bench.State;
        bench.At = (bench.Now - Bench.T0).TotalSeconds + 5;
        var reply = bench.Do(make(bench));
        var written = bench.Last.Durable ? "yes" : "";
        return $"{Reply(reply)} | {Changes.Of(before, bench.State, bench.Last, who)} | {Told(bench.Last, who)} | {written}";
    }

    private static string Reply(CallReply reply)
    {
        var text = new StringBuilder(Text.Of(reply));
        if (reply.Call is not null)
            text.Append(", call");
        if (reply.Offer is not null)
            text.Append(", offer");
        if (reply.Answer is not null)
            text.Append(", answer");
        return text.ToString();
    }

    private static string Told(Decision decision, string who)
    {
        var all = decision.Notices.SelectMany(
            notice => notice.Events.Select(e => (To: Receiver(notice.UserId, e, who), What: Brief(e.Event))));
        var told = all.Where(t => t.To is not null).GroupBy(t => t.To)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(t => t.What))}");
        var missed = decision.Notices.Where(n => n.Missed is not null).Select(n => $"{n.UserId}: missed call");
        return string.Join("; ", told.Concat(missed));
    }

    private static string? Receiver(string userId, Envelope envelope, string who)
    {
        if (envelope.OnlyDevice == "")
            return null;
        if (userId == who)
            userId = "own";
        if (envelope.OnlyDevice is { } only)
            return only == who ? "self" : only;
        if (envelope.ExceptDevice is { } except)
            return except == who ? "own others" : $"{userId} but {except}";
        return who.Length > 0 && userId == who[..1] ? "own" : userId;
    }

    private static string Brief(ClientEvent what) => what switch
    {
        CallProgress e => $"progress {EnumNames.Snake(e.Stage)}",
        CallAccepted e => e.Answer is null ? "accepted" : "accepted with answer",
        CallRejected => "rejected",
        CallReady e => e.Answer is null ? "ready" : "ready with answer",
        SignalReceived { Kind: SignalKind.Custom } e => e.Payload.Trim('{', '}').Split(':')[0].Trim('"'),
        SignalReceived e => EnumNames.Snake(e.Kind),
        _ => Text.Of(what),
    };
}
