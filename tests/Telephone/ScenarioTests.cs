namespace OrleansCalls.Tests.Telephone;

/// <summary>Document 004's three test scenarios and its timeout, numbered as there, and what it says of failures.</summary>
public sealed class ScenarioTests : Telephones
{
    [Fact]
    public async Task Scenario1_AppRunning_AcceptsAndIsBridged()
    {
        var push = await Rings("1.1");
        Assert.Equal(
            ("incoming_call", "calls.1.1", "calls.1.1", "Ann", Number),
            (push["type"], push["call_id"], push["server_call_id"], push["caller_name"], push["caller_number"]));
        Assert.InRange(int.Parse(push["ttlMs"]), 28_000, 30_000);
        Assert.True(Ari.Channel("1.1")!.HearsRinging);

        var (status, body) = await Act("1.1", "accept");
        Assert.Equal((200, true), (status, (bool?)body!["success"]));
        await Ari.Until(() => Ari.Channel(MobileOf("1.1")) is { Subscribed: true }, "the app is called");
        var asked = Assert.Single(Ari.Originated);
        Assert.Equal(
            ("PJSIP/100", "incoming-calls", Number, "1", "30", Number, "mobile_ready", Number),
            (asked["endpoint"], asked["context"], asked["extension"], asked["priority"], asked["timeout"], asked["callerId"],
                asked["CALL_TYPE"], asked["ORIGINAL_CALLER"]));
        Assert.Equal("Ring", Ari.Channel("1.1")!.State);

        Ari.Answers(MobileOf("1.1"));
        await Ari.Until(() => Ari.Bridge(BridgeOf("1.1")) is { Count: 2 }, "both are in a bridge");
        Assert.Equal("Up", Ari.Channel("1.1")!.State);
        Assert.Equal("active", (string?)(await Call("1.1"))["state"]);
        await Ari.Until(() => (long)Figures().Result["successful_calls"]! == 1, "counted");
        Assert.Equal((1, 0), ((long)(await Figures())["total_calls"]!, (long)(await Figures())["background_launches"]!));
    }

    [Fact]
    public async Task Scenario2_AppInBackground_IsBridgedOnceItIsReady()
    {
        await Rings("2.1", name: "");
        Clock.Forward(TimeSpan.FromSeconds(4));
        Assert.Empty(Ari.Originated);
        await Connects("2.1");
        var figures = await Figures();
        Assert.Equal(0, (long)figures["background_launches"]!);
        Assert.InRange((double)figures["average_ready_time"]!, 4000, 4999);
    }

    [Fact]
    public async Task Scenario3_AppTerminated_IsLaunchedAndBridged()
    {
        var push = await Rings("3.1");
        Clock.Forward(TimeSpan.FromSeconds(8));
        // It has not signed in yet: what the push brought is enough.
        Assert.Equal(200, (await Act("3.1", "accept_ready", token: push["actionToken"])).Status);
        await Ari.Until(() => Ari.Channel(MobileOf("3.1")) is { Subscribed: true }, "the app is called");
        Ari.Answers(MobileOf("3.1"));
        await Ari.Until(() => (long)Figures().Result["successful_calls"]! == 1, "counted");
        Assert.Equal(1, (long)(await Figures())["background_launches"]!);
        var metrics = await Service.Http.GetStringAsync("/metrics");
        foreach (var line in new[]
        {
            "telephone_calls_total 1", "telephone_successful_calls_total 1", "telephone_background_launches_total 1",
            "telephone_ready_time_seconds_count 1",
        })
            Assert.Contains(line, metrics.Replace("{}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_After30Seconds_CallerHearsBusy()
    {
        await Rings("4.1");
        Clock.Forward(TimeSpan.FromSeconds(29));
        Assert.Equal("ringing", (string?)(await Call("4.1"))["state"]);
        Clock.Forward(TimeSpan.FromSeconds(2));
        Assert.Equal("unreachable", await EndReason("4.1"));
        await IsBusy("4.1");
        await Push("call_missed", "4.1");
        var (status, body) = await Act("4.1", "accept_ready");
        Assert.Equal(
            (410, false, "ended", "unreachable"),
            (status, (bool?)body!["success"], (string?)body["code"], (string?)body["call"]!["endReason"]));
        Assert.Empty(Ari.Originated);
    }

    [Fact]
    public async Task Decline_CallerHearsBusy()
    {
        await Rings("5.1", extension: "101");
        Assert.Equal(200, (await Act("5.1", "decline", "101")).Status);
        await IsBusy("5.1");
        Assert.Empty(Ari.Originated);
        Assert.Equal(0, (long)(await Figures())["successful_calls"]!);
    }

    [Fact]
    public async Task Hangup_ByTheApp_EndsTheCallersChannel()
    {
        await Rings("6.1");
        await Connects("6.1");
        Assert.Equal(200, (await Act("6.1", "hangup")).Status);
        await IsHungUp("6.1", "normal");
        await IsHungUp(MobileOf("6.1"), "normal");
        await Ari.Until(() => Ari.Bridge(BridgeOf("6.1")) is null, "no bridge is left");
        Assert.Equal(("completed", "100"), (await EndReason("6.1"), (string?)(await Call("6.1"))["endedBy"]));
    }

    [Fact]
    public async Task CallerHangsUp_BeforeAnAnswer_IsCancelled()
    {
        await Rings("7.1");
        Ari.HangsUp("7.1");
        Assert.Equal("cancelled", await EndReason("7.1"));
        await Push("call_cancelled", "7.1");
        var (status, body) = await Act("7.1", "accept_ready");
        Assert.Equal((410, "cancelled"), (status, (string?)body!["call"]!["endReason"]));
        Assert.DoesNotContain(Ari.Requests, request => request.StartsWith("DELETE channels/7.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EitherSideHangingUp_EndsTheOther()
    {
        await Rings("8.1");
        await Connects("8.1");
        Ari.HangsUp("8.1");
        await IsHungUp(MobileOf("8.1"), "normal");
        Assert.Equal(("completed", $"tel:{Number}"), (await EndReason("8.1"), (string?)(await Call("8.1"))["endedBy"]));

        await Rings("8.2");
        await Connects("8.2");
        Ari.HangsUp(MobileOf("8.2"));
        await IsHungUp("8.2", "normal");
        Assert.Equal(("completed", "100"), (await EndReason("8.2"), (string?)(await Call("8.2"))["endedBy"]));
        await Ari.Until(() => Ari.Bridge(BridgeOf("8.1")) is null && Ari.Bridge(BridgeOf("8.2")) is null, "no bridge is left");
    }

    [Theory]
    [InlineData(17)]
    [InlineData(19)]
    [InlineData(20)]
    public async Task AppIsReady_ButItsSipClientDoesNotAnswer_CallerHearsBusy(int cause)
    {
        await Rings("9.1");
        await Act("9.1", "accept_ready");
        await Ari.Until(() => Ari.Channel(MobileOf("9.1")) is { Subscribed: true }, "the app is called");
        Ari.Fails(MobileOf("9.1"), cause);
        await IsBusy("9.1");
        await HasFailed("9.1");
        Assert.Equal(0, (long)(await Figures())["successful_calls"]!);
    }

    [Fact]
    public async Task AppHangsUp_WhileItsSipClientRings_BothAreEnded()
    {
        await Rings("10.1");
        await Act("10.1", "accept_ready");
        await Ari.Until(() => Ari.Channel(MobileOf("10.1")) is { Subscribed: true }, "the app is called");
        await Act("10.1", "hangup");
        await IsHungUp(MobileOf("10.1"), "normal");
        await IsBusy("10.1");
    }

    [Fact]
    public async Task HubUser_TakesATelephoneCall_LikeAnyOther()
    {
        await using var bob = await Service.Connect("bob", "b1");
        Assert.True(Ari.Rings("11.1", "", "101"));
        var call = await bob.Hears("CallIncoming");
        Assert.Equal(("tel:anonymous:calls.11.1", "audio"), ((string?)call["caller"]!["id"], (string?)call["media"]));
        await bob.Call("AcceptCall", new { callId = CallOf("11.1"), ready = false });
        Assert.Empty(Ari.Originated);
        await bob.Call("ReadyCall", new { callId = CallOf("11.1") });
        await Ari.Until(() => !Ari.Originated.IsEmpty, "the app is called");
        var asked = Assert.Single(Ari.Originated);
        Assert.Equal(("PJSIP/101", "s", ""), (asked["endpoint"], asked["extension"], asked["ORIGINAL_CALLER"]));
        Ari.Answers(MobileOf("11.1"));
        await Ari.Until(() => Ari.Bridge(BridgeOf("11.1")) is { Count: 2 }, "both are in a bridge");
        await bob.Call("EndCall", new { callId = CallOf("11.1") });
        await IsHungUp("11.1", "normal");
    }
}
