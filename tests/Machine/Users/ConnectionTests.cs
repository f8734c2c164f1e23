using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>Connections are leases. Numbers are those of the race list.</summary>
public sealed class ConnectionTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    [Fact, Trait("race", "9")]
    public void Connect_OfTheSameDevice_DisplacesTheOldConnection()
    {
        var live = New();
        Assert.Empty(live.Add(Of("B1", "c1"), Now)!.Value);
        Assert.Equal("c1", Assert.Single(live.Add(Of("B1", "c2", opened: 5), Now)!.Value).ConnectionId);
        Assert.False(live.Knows("c1"));
        Assert.Null(live.Remove("c1"));
        Assert.True(live.Has("B1"));
        Assert.Equal("c2", live.Remove("c2")!.ConnectionId);
        Assert.False(live.Any);
    }

    [Fact]
    public void Connect_Again_IsOneConnection()
    {
        var live = New();
        live.Add(Of("B1", "c1"), Now);
        Assert.Empty(live.Add(Of("B1", "c1"), Now)!.Value);
        Assert.Single(live.All);
    }

    [Fact]
    public void Devices_AreSixteen()
    {
        var live = Full();
        Assert.Null(live.Add(Of("B17", "c17"), Now));
        Assert.NotNull(live.Add(Of("B16", "again"), Now));
        live.Remove("c1");
        Assert.NotNull(live.Add(Of("B17", "c17"), Now));
    }

    [Theory, Trait("race", "20"), InlineData(59.999, false), InlineData(60, true), InlineData(9000, true)]
    public void Lease_ThatIsNotRenewed_RunsOut(double at, bool gone)
    {
        var live = New();
        live.Add(Of("B1", "c1"), Now);
        Assert.Equal(Now.AddSeconds(60), live.NextExpiry);
        Assert.Equal(gone, live.Expire(Now.AddSeconds(at)).Length == 1);
        Assert.Equal(!gone, live.Has("B1"));
    }

    [Fact]
    public void Lease_ThatIsRenewed_Holds()
    {
        var live = New();
        live.Add(Of("B1", "c1"), Now);
        live.Add(Of("B2", "c2"), Now);
        var (displaced, adopted) = live.Renew([Of("B1", "c1")], Now.AddSeconds(30));
        Assert.Empty(displaced.Concat(adopted.Select(c => c.ConnectionId)));
        Assert.Equal("c2", Assert.Single(live.Expire(Now.AddSeconds(60))).ConnectionId);
        Assert.Equal(Now.AddSeconds(90), live.NextExpiry);
    }

    [Fact]
    public void Renewal_OfAForgottenConnection_AdoptsIt()
    {
        var live = New();
        var (displaced, adopted) = live.Renew([Of("B1", "c1"), Of("B2", "c2")], Now);
        Assert.Empty(displaced);
        Assert.Equal(["c1", "c2"], adopted.Select(c => c.ConnectionId));
        Assert.True(live.Has("B1") && live.Has("B2"));
    }

    [Fact, Trait("race", "9")]
    public void Renewal_OfAnOlderConnection_IsToldToClose()
    {
        var live = New();
        live.Add(Of("B1", "new", opened: 10), Now);
        var (displaced, adopted) = live.Renew([Of("B1", "old", opened: 5)], Now);
        Assert.Equal("old", Assert.Single(displaced));
        Assert.Empty(adopted);
        Assert.True(live.Knows("new"));
    }

    [Fact, Trait("race", "9")]
    public void Renewal_OfAYoungerConnection_TakesThePlace()
    {
        var live = New();
        live.Add(Of("B1", "old", opened: 5), Now);
        var (displaced, adopted) = live.Renew([Of("B1", "new", opened: 10)], Now);
        Assert.Empty(displaced);
        Assert.Equal("new", Assert.Single(adopted).ConnectionId);
        Assert.False(live.Knows("old"));
        Assert.Equal("old", Assert.Single(live.Renew([Of("B1", "old", opened: 5)], Now).Displaced));
    }

    [Fact]
    public void Renewal_OfASeventeenthDevice_IsToldToClose()
    {
        var live = Full();
        var (displaced, adopted) = live.Renew([Of("B17", "c17"), Of("B1", "c1")], Now);
        Assert.Equal("c17", Assert.Single(displaced));
        Assert.Empty(adopted);
        Assert.False(live.Knows("c17"));
    }

    [Fact]
    public void Envelope_NamesOneAllOrAllButOneDevice()
    {
        var live = New();
        foreach (var i in new[] { 1, 2, 3 })
            live.Add(Of($"B{i}", $"c{i}"), Now);
        var what = new CallEnded { CallId = "c", Reason = EndReason.Lost };
        Assert.Equal(3, live.For(new Envelope { Event = what }).Count());
        Assert.Equal(["c2"], live.For(new Envelope { Event = what, OnlyDevice = "B2" }).Select(c => c.ConnectionId));
        Assert.Equal(
            ["c1", "c3"], live.For(new Envelope { Event = what, ExceptDevice = "B2" }).Select(c => c.ConnectionId).Order());
        Assert.Empty(live.For(new Envelope { Event = what, OnlyDevice = "" }));
    }

    private static Connections New() => new(TimeSpan.FromSeconds(60));

    private static Connections Full()
    {
        var live = New();
        foreach (var i in Enumerable.Range(1, 16))
            live.Add(Of($"B{i}", $"c{i}"), Now);
        return live;
    }

    private static Connection Of(string deviceId, string id, double opened = 0) =>
        new() { GatewayId = "g", ConnectionId = id, DeviceId = deviceId, ConnectedAt = Now.AddSeconds(opened) };
}
