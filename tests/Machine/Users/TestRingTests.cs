using System.Globalization;
using OrleansCalls.Push;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>What a test ring finds: every way on which a ring reaches a device, and every step on which it may fail.</summary>
public sealed class TestRingTests
{
    private static readonly DateTimeOffset Now = Bench.T0;
    private static readonly PushResult Refused = new() { Error = "unregistered", TokenUnregistered = true };
    private static readonly PushResult Doubted = new() { Error = "timeout", InDoubt = true };

    public static TheoryData<string, string, string, string, bool> Table => new()
    {
        // connection, token, what happens (at second), verdict and steps, done
        { "socket", "", "sent@0.1 acked@0.3", "rings: known connected event_sent(100) event_acked(200) !token:no_token", true },
        { "socket", "", "sent@0.1", "silent: known connected event_sent(100) !event_acked:timeout !token:no_token", false },
        { "socket", "", "", "silent: known connected !event_sent:timeout !token:no_token", false },
        { "socket", "", "gone@0.1", "silent: known connected !event_sent:not_connected !token:no_token", true },
        { "dialect", "", "", "unconfirmed: known connected -event_sent:not_supported !token:no_token", true },
        { "", "fcm", "taken@0.2 pushed@1.2",
            "rings: known !connected:not_connected token push_sent(200) push_acked(1000)", true },
        { "", "fcm", "taken@0.2", "unconfirmed: known !connected:not_connected token push_sent(200) !push_acked:timeout", false },
        { "", "fcm", "pushed@0.1 taken@0.2", "rings: known !connected:not_connected token push_sent(200) push_acked(0)", true },
        { "", "fcm", "pushed@0.1", "rings: known !connected:not_connected token !push_sent:timeout push_acked(100)", false },
        { "", "fcm", "refused@0.2", "silent: known !connected:not_connected token !push_sent:unregistered(200)", true },
        { "", "fcm", "doubted@5", "unconfirmed: known !connected:not_connected token !push_sent:timeout(5000)", false },
        { "", "fcm", "doubted@5 pushed@6",
            "rings: known !connected:not_connected token !push_sent:timeout(5000) push_acked(1000)", true },
        { "", "fcm", "", "unconfirmed: known !connected:not_connected token !push_sent:timeout", false },
        { "", "web_push", "taken@0.2 pushed@0.4",
            "rings: known !connected:not_connected token push_sent(200) push_acked(200)", true },
        { "", "apns_voip", "", "unconfirmed: known !connected:not_connected token -push_sent:must_ring", true },
        { "", "apns_voip fcm", "taken@0.2 pushed@1.2",
            "unconfirmed: known !connected:not_connected token push_sent(200) push_acked(1000)", true },
        { "", "apns_voip fcm", "refused@0.2",
            "unconfirmed: known !connected:not_connected token !push_sent:unregistered(200)", true },
        { "socket", "apns_voip", "sent@0.1 acked@0.2",
            "rings: known connected event_sent(100) event_acked(100) token -push_sent:must_ring", true },
        { "socket", "fcm", "sent@0.1 acked@0.2 taken@1",
            "rings: known connected event_sent(100) event_acked(100) token push_sent(1000) !push_acked:timeout", false },
        { "socket", "fcm", "gone@0.1 refused@1",
            "silent: known connected !event_sent:not_connected token !push_sent:unregistered(1000)", true },
        { "", "", "", "silent: !known:unknown_device !connected:not_connected !token:no_token", true },
    };

    [Theory, MemberData(nameof(Table))]
    public void EachWay_SaysWhichStepFailed_AndHowLongEachTook(
        string connection, string tokens, string happens, string expected, bool isDone)
    {
        var user = User(tokens);
        var run = new TestRingRun("bob", Request("phone"), Connected(connection), user, isOccupied: false, Now);
        foreach (var one in happens.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Happen(run, one);

        var device = Assert.Single(run.Report(Now.AddSeconds(10)).Devices);
        Assert.Equal(expected, $"{EnumNames.Snake(device.Verdict)}: {string.Join(' ', device.Steps.Select(Text))}");
        Assert.Equal(isDone, run.IsDone);
        Assert.All(device.Steps, step => Assert.True(step.Outcome == TestRingOutcome.Ok || step.Detail?.EndsWith('.') == true));
    }

    public static TheoryData<UserSettings, string?, bool, string> Silencers => new()
    {
        { new UserSettings(), "alice", false, "" },
        { new UserSettings { DoNotDisturb = true }, null, false, "do_not_disturb" },
        { new UserSettings { DoNotDisturb = true, DoNotDisturbUntil = Now }, null, false, "" },
        { new UserSettings { DoNotDisturb = true, DoNotDisturbUntil = Now.AddSeconds(1) }, null, false, "do_not_disturb" },
        { new UserSettings { Blocked = ["alice"] }, "alice", false, "blocked" },
        { new UserSettings { Blocked = ["alice"] }, "carol", false, "" },
        { new UserSettings { Blocked = ["alice"] }, null, false, "" },
        { new UserSettings(), null, true, "busy" },
        { new UserSettings { CallWaiting = true }, null, true, "" },
        { new UserSettings { DoNotDisturb = true, Blocked = ["alice"] }, "alice", true, "do_not_disturb blocked busy" },
    };

    [Theory, MemberData(nameof(Silencers))]
    public void Settings_ThatKeepDevicesSilent_AreNamed(UserSettings settings, string? callerId, bool isOccupied, string expected)
    {
        var run = new TestRingRun(
            "bob", Request(null) with { CallerId = callerId }, Connected("socket"),
            new StoredUser { Settings = settings }, isOccupied, Now);
        run.Ack("phone", overSocket: true, Now);

        var report = run.Report(Now);

        Assert.Equal(expected, string.Join(' ', report.SilencedBy.Select(by => EnumNames.Snake(by))));
        Assert.Equal(expected == "" ? TestRingVerdict.Rings : TestRingVerdict.Silent, Assert.Single(report.Devices).Verdict);
        Assert.StartsWith(expected == "" ? "1 of 1" : "No device would ring:", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AllDevices_AreTested_UnlessOneIsNamed_AndAnAckOfAnotherWayOrDeviceCountsForNothing()
    {
        var user = User("fcm") with { Tokens = [.. User("fcm").Tokens, Token("tablet", PushProvider.WebPush)] };
        var run = new TestRingRun(
            "bob", Request(null),
            [.. Connected("socket"), Connected("socket")[0] with { DeviceId = "laptop" }], user, false, Now);
        Assert.Equal(["laptop", "phone", "tablet"], run.Report(Now).Devices.Select(device => device.DeviceId));
        Assert.Equal(["laptop", "phone"], run.Connections.Select(c => c.DeviceId));
        Assert.Equal(["phone", "tablet"], run.Tokens.Select(token => token.DeviceId));
        Assert.False(run.Ack("laptop", overSocket: false, Now));
        Assert.False(run.Ack("tablet", overSocket: true, Now));
        Assert.False(run.Ack("nobody", overSocket: true, Now));
        Assert.Equal("No device has confirmed that it would ring.", run.Report(Now).Summary);

        var one = new TestRingRun("bob", Request("tablet"), Connected("socket"), user, false, Now);
        Assert.Empty(one.Connections);
        Assert.Equal("tablet", Assert.Single(one.Tokens).DeviceId);

        var nobody = new TestRingRun("bob", Request(null), [], new StoredUser(), false, Now);
        Assert.True(nobody.IsDone);
        Assert.StartsWith("The user has no device", nobody.Report(Now).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_RunOneAtATime_AndSixAMinute()
    {
        var tests = new TestRings();
        for (var i = 0; i < TestRings.PerMinute; i++)
        {
            Assert.Null(tests.TryBegin(Now.AddSeconds(i)));
            tests.Begin(new TestRingRun("bob", Request(null), [], new StoredUser(), false, Now));
            Assert.Equal(TestRingRun.Limit, tests.TryBegin(Now.AddSeconds(i)));
            Assert.NotNull(tests.Find("t"));
            Assert.Null(tests.Find("other"));
            tests.End();
            Assert.Null(tests.Find("t"));
        }

        Assert.Equal(TimeSpan.FromSeconds(50), tests.TryBegin(Now.AddSeconds(10)));
        Assert.Null(tests.TryBegin(Now.AddSeconds(60)));
    }

    private static string Text(TestRingStep step) =>
        (step.Outcome switch { TestRingOutcome.Failed => "!", TestRingOutcome.Skipped => "-", _ => "" })
        + EnumNames.Snake(step.Stage) + (step.Error is null ? "" : $":{step.Error}")
        + (step.DurationMs is { } took ? $"({took})" : "");

    private static void Happen(TestRingRun run, string what)
    {
        var (name, at) = what.Split('@') is [var n, var s]
            ? (n, Now.AddSeconds(double.Parse(s, CultureInfo.InvariantCulture)))
            : default;
        switch (name)
        {
            case "sent" or "gone":
                run.Delivered("c1", name == "sent", at);
                break;
            case "taken" or "refused" or "doubted":
                run.Answered(
                    run.Tokens[0], name switch { "taken" => PushResult.Accepted, "refused" => Refused, _ => Doubted }, at);
                break;
            case "acked" or "pushed":
                Assert.True(run.Ack("phone", overSocket: name == "acked", at));
                break;
            default:
                throw new ArgumentException(what);
        }
    }

    private static TestRingRequest Request(string? deviceId) => new() { TestId = "t", DeviceId = deviceId };

    private static List<Connection> Connected(string how) => how == "" ? [] : [new Connection
    {
        GatewayId = "g", ConnectionId = "c1", DeviceId = "phone", ConnectedAt = Now, TakesTestRings = how == "socket",
    }];

    private static StoredUser User(string tokens) => new()
    {
        Tokens = [.. tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Token(
            "phone", Enum.GetValues<PushProvider>().Single(provider => EnumNames.Snake(provider) == name)))],
    };

    private static DeviceToken Token(string deviceId, PushProvider provider) =>
        new() { DeviceId = deviceId, Provider = provider, Token = $"{deviceId}-{provider}", SetAt = Now };
}
