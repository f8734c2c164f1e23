using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Gateway.Delivery;

namespace OrleansCalls.Tests.Telephone;

/// <summary>Bridges that come, go and take over from each other, while calls are under way.</summary>
public sealed class SeveralTests : Telephones
{
    private const string Job = $"telephone:{FakeAri.App}";

    private readonly List<Service> _bridges = [];

    // The silo alone; bridges are gateways of their own.
    protected override IEnumerable<string> Settings => ["Bridge:Extensions=101=bob"];

    protected override bool BeginsWithout => true;

    private IGrainFactory Grains => Service.Services.GetRequiredService<IGrainFactory>();

    public override async Task DisposeAsync()
    {
        foreach (var bridge in _bridges)
            await bridge.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task TwoBridges_OneHasTheEvents_WhenItIsCutOffTheOtherGoesOn()
    {
        await Ari.Run();
        await Bridge("one");
        await Ari.UntilListened();
        await Bridge("two");
        await Rings("1.1");
        await Connects("1.1");
        await Rings("1.2", extension: "101");
        Assert.Equal(("one", 1), (Ari.Listener, Ari.Listeners));

        Ari.Refused["one"] = true;
        Ari.CutSockets("one");
        await Ari.Until(() => Ari.Listener == "two", "the other has taken over");
        await Act("1.1", "hangup");
        await IsHungUp("1.1", "normal");
        await IsHungUp(MobileOf("1.1"), "normal");
        await Connects("1.2", "101");
        Assert.Equal((2, 2), (Ari.Originated.Count, Pushes("incoming_call")));
    }

    [Fact]
    public async Task TwoBridges_ThatBothHearEverything_RingAndBridgeOnce()
    {
        await Ari.Run();
        Ari.TellsAll = true;
        var first = await Bridge("one");
        await Ari.UntilListened();
        var second = await Bridge("two");
        // Each takes the work for its own until it asks again.
        var holders =
            new[] { first, second }.Select(bridge => bridge.Services.GetRequiredService<GatewayIdentity>().GatewayId).ToArray();
        await Ari.Until(() =>
        {
            foreach (var holder in holders)
                _ = Grains.GetLease(Job).Release(holder);
            return Ari.Listeners == 2;
        }, "both listen");
        await Rings("2.1");
        await Connects("2.1");
        Assert.Single(Ari.Originated);
        Assert.Equal(1, Pushes("incoming_call"));
        Ari.HangsUp("2.1");
        await IsHungUp(MobileOf("2.1"), "normal");
        Assert.Equal("completed", await EndReason("2.1"));
        await Ari.Until(() => Ari.Bridge(BridgeOf("2.1")) is null, "no bridge is left");
    }

    [Fact]
    public async Task BridgeStops_InMidCall_TheNextOneFindsEverything()
    {
        await Ari.Run();
        var first = await Bridge("one");
        await Ari.UntilListened();
        await Rings("3.1");
        await Connects("3.1");
        await Rings("3.2", extension: "101");
        await Rings("3.3", extension: "101", number: "+1");
        await first.Stop();
        await Ari.UntilListened(0);
        // Somebody hangs up while nobody listens.
        Ari.HangsUp("3.1");
        Ari.HangsUp("3.3");
        await Bridge("two");
        Assert.Equal("completed", await EndReason("3.1"));
        await IsHungUp(MobileOf("3.1"), "normal");
        Assert.Equal("cancelled", await EndReason("3.3", "bob"));
        await Connects("3.2", "101");
        await Ari.Until(() => Ari.Bridge(BridgeOf("3.1")) is null, "no bridge is left");
        Assert.Equal(2, Ari.Originated.Count);
    }

    [Fact]
    public async Task BridgeThatDies_IsReplacedWhenItsLeaseIsOver_AndCallsThatEndedMeanwhileAreToldSo()
    {
        await Ari.Run();
        Assert.True(await Grains.GetLease(Job).Hold("somebody who has died", TimeSpan.FromSeconds(1.5)));
        await Bridge("one");
        await Ari.UntilListened();
        await Rings("4.1");
        Ari.CutSockets();
        await Act("4.1", "decline");
        await IsBusy("4.1");
    }

    private async Task<Service> Bridge(string user)
    {
        var bridge = await Service.Start(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Services.AddSingleton(Grains);
        }, [.. BridgeSettings(user)]);
        _bridges.Add(bridge);
        return bridge;
    }
}

/// <summary>A service with silo and bridge in one process, which starts again in mid-call.</summary>
public sealed class RestartTests : Telephones
{
    [Fact]
    public async Task Restart_InMidCall_TheCallGoesOn()
    {
        await Rings("1.1");
        await Connects("1.1");
        await Rings("1.2", extension: "101");
        await Service.Restart();
        await Ari.UntilListened();
        Assert.Equal("active", (string?)(await Call("1.1"))["state"]);
        Ari.HangsUp(MobileOf("1.1"));
        await IsHungUp("1.1", "normal");
        Assert.Equal("completed", await EndReason("1.1"));
        await Connects("1.2", "101");
        Assert.Equal(2, Ari.Originated.Count);
    }

    [Fact]
    public async Task Restart_FiguresHaveWholeCalls()
    {
        await Rings("1.1");
        await Connects("1.1");
        await Rings("1.2", extension: "101");
        await Service.Restart();
        await Ari.UntilListened();
        await Act("1.2", "decline", "101");
        await IsBusy("1.2");
        // 1.1 was connected by the life before, which counted it.
        await Rings("1.4", extension: "101", number: "+2");
        await Connects("1.4", "101");
        await Ari.Until(() => (long)Figures().Result["successful_calls"]! == 1, "counted");
        Assert.Equal(2, (long)(await Figures())["total_calls"]!);
    }

    [Fact]
    public async Task Restart_WhileItRings_IsOneCall_AndOneSuccess()
    {
        await Rings("2.1");
        await Service.Restart();
        await Ari.UntilListened();
        Ari.CutSockets();
        await Ari.UntilListened();
        await Connects("2.1");
        await Ari.Until(() => (long)Figures().Result["successful_calls"]! == 1, "counted");
        Assert.Equal(1, (long)(await Figures())["total_calls"]!);
        Ari.HangsUp(MobileOf("2.1"));
        await IsHungUp("2.1", "normal");
        Assert.Equal("completed", await EndReason("2.1"));
    }
}
