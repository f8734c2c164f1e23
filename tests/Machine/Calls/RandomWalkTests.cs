namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// Random commands by random people at random times, seeded. <see cref="Invariants"/> looks at each step; here is what holds of a
/// whole walk, and that the walks came everywhere. A failure names its seed; WALKS=20000 looks longer.
/// </summary>
public sealed class RandomWalkTests
{
    private const int StepsPerWalk = 60;

    private static readonly string[] Devices = ["A1", "A2", "A", "B1", "B2", "B", "C1", "C2", "D1", "E1", "X1"];

    private static IEnumerable<int> Seeds => Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("WALKS") ?? "250"));

    [Fact]
    public void RandomWalks_BreakNoRuleAndReachEverything()
    {
        var phases = new HashSet<CallPhase>();
        var legs = new HashSet<LegPhase>();
        var reasons = new HashSet<EndReason>();
        var done = new HashSet<string>();
        foreach (var seed in Seeds)
        {
            try
            {
                Walk(new Random(seed), phases, legs, reasons, done);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }

        // A walk that only ever is refused would prove nothing.
        Assert.Equal(Enum.GetValues<CallPhase>(), phases.Order());
        Assert.Equal(Enum.GetValues<LegPhase>(), legs.Order());
        Assert.Equal(Situations.Ended.Select(way => way.Reason).Order(), reasons.Order());
        var commands = typeof(CallCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CallCommand)))
            .Select(type => type.Name);
        Assert.Equal(commands.Order(), done.Order());
    }

    private static void Walk(
        Random random, HashSet<CallPhase> phases, HashSet<LegPhase> legs, HashSet<EndReason> reasons, HashSet<string> done)
    {
        var call = new Bench();
        call.Answers = _ => new Admission
        {
            Outcome = random.Next(8) switch
            {
                0 => AdmissionOutcome.Busy, 1 => AdmissionOutcome.Blocked, 2 => AdmissionOutcome.DoNotDisturb,
                _ => AdmissionOutcome.Admitted,
            },
        };
        call.Start(random.Next(4) == 0 ? "A" : "A1", random.Next(2) == 0 ? "B" : "BCD", random.Next(2) == 0 ? Bench.Offer : null);
        done.Add(nameof(StartCall));
        var ends = 0;
        EndReason? reason = null;
        for (var step = 0; step < StepsPerWalk; step++)
        {
            var before = call.Phase;
            phases.Add(before);
            legs.UnionWith(call.Call.Legs.Select(leg => leg.Phase));
            call.Now += TimeSpan.FromMilliseconds(
                random.Next(10) switch { 0 => random.Next(40_000), < 4 => random.Next(5000), _ => 0 });
            var command = Next(random);
            if (call.Do(command).Succeeded)
                done.Add(command.GetType().Name);
            if (before != CallPhase.Ended && call.Phase == CallPhase.Ended)
                ends++;
            Assert.True(reason is null || reason == call.Reason, $"ended {reason}, then {call.Reason}");
            reason ??= call.Reason;
            if (reason is { } known)
                reasons.Add(known);
        }

        call.Now += TimeSpan.FromDays(2);
        call.Do(new CheckDeadlines());
        phases.Add(call.Phase);
        legs.UnionWith(call.Call.Legs.Select(leg => leg.Phase));
        Assert.Equal(CallPhase.Ended, call.Phase);
        Assert.True(ends <= 1);
        foreach (var device in new[] { "A1", "B1", "C1", "D1", "E1" })
            Told(call, device);
    }

    /// <summary>Over a whole call: numbers only grow, and nothing but signals comes between an end and the next ring.</summary>
    private static void Told(Bench call, string device)
    {
        long seq = 0;
        var rings = 0;
        foreach (var what in call.ToldSoFar(device).OfType<CallEvent>().Where(what => what is not SignalReceived))
        {
            Assert.True(what.Seq > seq, $"{device} heard {seq} before {what.Seq}");
            seq = what.Seq;
            rings = what is CallIncoming ? rings + 1 : what is CallEnded ? 0 : rings;
            Assert.True(rings <= 1, $"{device} was rung again before the last ring was over");
        }

        Assert.True(rings == 0, $"{device} rings for ever");
    }

    private static CallCommand Next(Random random)
    {
        var who = Devices[random.Next(Devices.Length)];
        var actor = Bench.By(who);
        var other = "ABCDE"[random.Next(5)].ToString();
        var device = other + (random.Next(2) + 1);
        return random.Next(33) switch
        {
            0 => new StartCall { Actor = actor, CallId = "call-1", CalleeIds = [other], Media = CallMedia.Audio },
            1 or 2 => new AckRinging { Actor = actor },
            3 or 4 => new AcceptCall { Actor = actor },
            5 or 6 => new AcceptCall { Actor = actor, Ready = false },
            7 => new ReadyCall { Actor = actor, Answer = Bench.Answer },
            8 => new RejectCall { Actor = actor },
            9 => new EndCall { Actor = actor, Failed = random.Next(4) == 0 },
            10 => new SilenceCall { Actor = actor },
            11 => new RequestOffer { Actor = actor },
            12 or 13 =>
                new SendSignal
                {
                    Actor = actor, Kind = SignalKind.Candidate, Payload = "{}", ToUserId = random.Next(2) == 0 ? other : null,
                },
            14 =>
                new SendSignal
                {
                    Actor = actor, Kind = SignalKind.Offer, Payload = """{"type":"offer","sdp":"x"}""", ToUserId = other,
                },
            15 or 16 => new InviteToCall { Actor = actor, CalleeIds = [other] },
            17 => new MoveCall { Actor = actor },
            18 => new ReportMedia { Actor = actor, State = MediaState.Connecting },
            19 => new ReportMedia { Actor = actor, State = (MediaState)random.Next(1, 5) },
            20 => new ReadCall { Actor = actor, AfterSeq = 0 },
            21 or 22 => new DevicePresence { UserId = other, DeviceId = device, Connected = false },
            23 => new DevicePresence { UserId = other, DeviceId = device, Connected = true },
            24 or 25 => new PushOutcome { UserId = other, DeviceId = device, Provider = PushProvider.Fcm },
            26 => new PushOutcome { UserId = other, DeviceId = device, Provider = PushProvider.Fcm, Error = "quota" },
            27 => new CheckDeadlines(),
            28 => random.Next(10) == 0 ? new EndByAdmin() : new ReadCall(),
            29 => random.Next(10) == 0 ? new ReplaceCall { ByCallId = "call-2" } : new CheckDeadlines(),
            30 => new RateCall { Actor = actor, Stars = random.Next(1, 6) },
            31 =>
                new ReportMedia
                {
                    Actor = actor, State = MediaState.Connected,
                    Stats = new MediaStats { LossPercent = random.Next(9), Level = MediaLevel.Good },
                },
            _ => new AckRinging { Actor = actor },
        };
    }
}
