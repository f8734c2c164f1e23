using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Edge;

public sealed class CallTests(ITestOutputHelper output) : IAsyncLifetime
{
    private Service _service = null!;

    public async Task InitializeAsync() =>
        _service = await Service.Start("Gateway:MessagesPerSecond=10000", "Gateway:MessageBurst=10000");

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Call_FromStartToEnd_EverybodyHearsEachStep()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var alicesOther = await _service.Connect("alice", "a2");
        await using var bob = await _service.Connect("bob", "b1");
        await using var bobsOther = await _service.Connect("bob", "b2");

        var call = await alice.Call(
            "StartCall",
            new
            {
                callId = "c1", calleeIds = new[] { "bob" }, media = "video", offer = Sdp("offer"), metadata = new { room = "7" },
            });
        Assert.Equal("ringing", (string?)call!["state"]);
        var incoming = await bob.Hears("CallIncoming");
        Assert.Equal("v=0 offer", (string?)incoming["offer"]!["sdp"]);
        Assert.Equal("ALICE", (string?)incoming["caller"]!["name"]);
        Assert.Equal("7", (string?)incoming["metadata"]!["room"]);
        Assert.NotNull(incoming["iceServers"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string)incoming["ringUntil"]!);
        await bobsOther.Hears("CallIncoming");

        await alice.Call("SendSignal", new { callId = "c1", kind = "candidate", payload = new { candidate = "early" } });
        await bob.Call("AckRinging", new { callId = "c1" });
        Assert.Equal("ringing", (string?)(await alice.Hears("CallProgress"))["stage"]);
        await alicesOther.Hears("CallProgress");

        await bob.Call("AcceptCall", new { callId = "c1", answer = Sdp("answer") });
        Assert.Equal("v=0 answer", (string?)(await alice.Hears("CallAccepted"))["answer"]!["sdp"]);
        Assert.Equal("active", (string?)(await alicesOther.Hears("CallUpdated"))["state"]);
        Assert.Equal("answered_elsewhere", (string?)(await bobsOther.Hears("CallEnded"))["reason"]);
        Assert.Equal("early", (string?)(await bob.Hears("SignalReceived"))["payload"]!["candidate"]);

        await bob.Call("SendSignal", new { callId = "c1", kind = "candidate", payload = new { candidate = "late" } });
        var signal = await alice.Hears("SignalReceived");
        Assert.Equal(("bob", "late"), ((string?)signal["fromUserId"], (string?)signal["payload"]!["candidate"]));

        await alice.Call("EndCall", new { callId = "c1" });
        foreach (var device in new[] { alice, alicesOther, bob })
        {
            var ended = await device.Hears("CallEnded");
            Assert.Equal(("completed", "alice"), ((string?)ended["reason"], (string?)ended["endedBy"]));
            Assert.NotNull(ended["durationMs"]);
        }

        var history = await HistoryOf(bob, "c1");
        Assert.Equal("answered", (string?)history["outcome"]);
    }

    [Fact]
    public async Task Reject_ReachesTheCallerAtOnce()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        var times = new List<double>();
        for (var i = 0; i < 220; i++)
        {
            var id = $"r{i}";
            await alice.Client.StartCallAsync(new Client.StartCallRequest { CallId = id, CalleeIds = ["bob"] });
            await bob.Next<Client.CallIncoming>(ring => ring.CallId == id);
            var start = Stopwatch.GetTimestamp();
            var rejecting = bob.Client.RejectCallAsync(id, "busy");
            Assert.Equal("busy", (await alice.Next<Client.CallRejected>(rejected => rejected.CallId == id)).Reason);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await rejecting;
            Assert.Equal(Client.EndReason.Rejected, (await alice.Next<Client.CallEnded>(ended => ended.CallId == id)).Reason);
        }

        // The first are the runtime's warm-up.
        var sorted = times.Skip(20).Order().ToList();
        var figures =
            $"reject -> CallRejected: p50 {sorted[sorted.Count / 2]:0.00} ms, p99 {sorted[sorted.Count * 99 / 100]:0.00} ms";
        output.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_FIGURES") is { Length: > 0 } file)
            await File.AppendAllTextAsync(file, figures + Environment.NewLine);
    }

    [Fact]
    public async Task Device_ThatReconnects_IsPutBackIntoItsCalls()
    {
        await using var alice = await _service.Connect("alice", "a1");
        var bob = await _service.Connect("bob", "b1");
        await alice.Call(
            "StartCall", new { callId = "back", calleeIds = new[] { "bob" }, media = "audio", offer = Sdp("offer") });
        await bob.Hears("CallIncoming");
        bob.Vanish();

        await using var again = await _service.Connect("bob", "b1", "&seqs=back:1");
        var open = await again.Hears("OpenCalls");
        var call = Assert.Single(open["calls"]!.AsArray())!;
        Assert.Equal(("back", "v=0 offer"), ((string?)call["callId"], (string?)call["offer"]!["sdp"]));

        await again.Call("AcceptCall", new { callId = "back", ready = false });
        Assert.Equal("b1", (string?)(await alice.Hears("CallAccepted"))["deviceId"]);
        await again.Call("ReadyCall", new { callId = "back", answer = Sdp("answer") });
        Assert.Equal("v=0 answer", (string?)(await alice.Hears("CallReady"))["answer"]!["sdp"]);
    }

    [Fact]
    public async Task Device_OpenedTwice_TheOlderSocketCloses()
    {
        await using var first = await _service.Connect("alice", "a1");
        await first.Hears("OpenCalls");
        await using var second = await _service.Connect("alice", "a1");
        await second.Hears("OpenCalls");
        await first.Hears("Displaced");
        await first.Closed;
        Assert.Empty((await second.Call("GetOpenCalls"))!.AsArray());
    }

    [Fact]
    public async Task RingingCall_ServiceRestarts_GoesOnAndCanBeAnswered()
    {
        await using (var alice = await _service.Connect("alice", "a1"))
            await alice.Call(
                "StartCall", new { callId = "kept", calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 120 });

        await _service.Restart();

        await using var bob = await _service.Connect("bob", "b1");
        await using var back = await _service.Connect("alice", "a1");
        Assert.Equal("ringing", (string?)(await bob.Call("AckRinging", new { callId = "kept" }))!["state"]);
        Assert.Equal("ringing", (string?)(await back.Hears("CallProgress"))["stage"]);
        await bob.Call("AcceptCall", new { callId = "kept" });
        await back.Hears("CallAccepted");
    }

    [Fact]
    public async Task Presence_IsToldToThoseWhoWatch()
    {
        await using var alice = await _service.Connect("alice", "a1");
        var before = (await alice.Call("WatchPresence", new { userIds = new[] { "bob", "carol" } }))!.AsArray();
        Assert.All(before, presence => Assert.False((bool)presence!["online"]!));

        var bob = await _service.Connect("bob", "b1");
        Assert.True((bool)(await alice.Hears("PresenceChanged"))["online"]!);
        bob.Vanish();
        var gone = await alice.Hears("PresenceChanged");
        Assert.False((bool)gone["online"]!);
        Assert.NotNull(gone["lastSeen"]);
    }

    [Fact]
    public async Task MissedCalls_AcknowledgedOnOneDevice_AreGoneOnAll()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await alice.Client.StartCallAsync(new Client.StartCallRequest { CallId = "m1", CalleeIds = ["bob"] });
        await alice.Client.EndCallAsync("m1");
        await using var first = await Phone.Start(_service.Address, "bob", "b1");
        await using var second = await Phone.Start(_service.Address, "bob", "b2");
        Assert.Equal(1, (await first.Next<Client.OpenCalls>()).MissedCount);

        await first.Client.AckMissedCallsAsync(TimeProvider.System.GetUtcNow());
        await second.Next<Client.MissedCallsAcked>();
        await using var third = await Phone.Start(_service.Address, "bob", "b3");
        Assert.Equal(0, (await third.Next<Client.OpenCalls>()).MissedCount);
        var past = await Until.Found(
            async () => (await third.Client.GetHistoryAsync()).Items.FirstOrDefault(call => call.CallId == "m1"),
            "m1 in the history");
        Assert.Equal(Client.HistoryOutcome.Missed, past.Outcome);
    }

    [Theory]
    [InlineData(-300)]
    [InlineData(300)]
    public async Task MissedCalls_AcknowledgedByADeviceWhoseClockIsWrong_StaySeen_AndLaterOnesAreNot(int secondsOff)
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var bob = await _service.Connect("bob", "b1");
        await bob.Hears("OpenCalls");
        for (var i = 0; i < 2; i++)
        {
            await alice.Call("StartCall", new { callId = $"s{i}", calleeIds = new[] { "bob" }, media = "audio" });
            await alice.Call("EndCall", new { callId = $"s{i}" });
            await bob.Hears("CallEnded", $"s{i}");
            await Until.Seen(() => MissedBy("bob"), missed => missed == 1, "a missed call");
            await bob.Call("AckMissedCalls", new { upTo = TimeProvider.System.GetUtcNow().AddSeconds(secondsOff) });
            Assert.Equal(0, await MissedBy("bob"));
        }
    }

    private async Task<int?> MissedBy(string userId) =>
        (int?)(await _service.Send(
            HttpMethod.Get, $"/api/v1/admin/users/{userId}", Service.Token("root", null, "admin"))).Body!["missedCount"];

    private static object Sdp(string type) => new { type, sdp = $"v=0 {type}" };

    /// <summary>History is written beside the end, not before it: it is asked for until it is there.</summary>
    private static Task<JsonNode> HistoryOf(HubClient client, string callId) => Until.Found(
        async () => (await client.Call("GetHistory", new { limit = 10 }))!.AsArray()
            .FirstOrDefault(c => (string?)c!["callId"] == callId),
        $"a history with {callId}");
}
