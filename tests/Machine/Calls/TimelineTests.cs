namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>What an operator reads of a call afterwards: each step with who took it and on which device.</summary>
public sealed class TimelineTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Call_FromItsStartToItsRating()
    {
        _bench.Start();
        _bench.Signal("A1", kind: SignalKind.Offer);
        _bench.Ack("B1");
        _bench.Accept("B1", ready: false);
        _bench.Signal("B2");
        _bench.Ready("B1");
        _bench.Media("A1", MediaState.Connected);
        _bench.Media("B1", MediaState.Connected);
        _bench.Away("B1");
        _bench.Back("B1");
        _bench.Move("B2");
        _bench.End("A1");
        _bench.Rate("A1", 4);
        AssertReads(
            """
            started A A1 audio
            ringing B B1
            accepted_not_ready B B1
            signal_dropped B B2 not the bound device
            ready B B1
            media_connected A A1
            media_connected B B1
            away B B1
            back B B1
            moved B B2 B1
            left A A1 completed
            ended A - completed
            rated A A1 4
            """);
    }

    [Fact]
    public void Group_WithSomeoneWhoDoesNotAnswer_AndSomeoneWhoLeaves()
    {
        _bench.Start(callees: "BCD");
        _bench.Ack("C1");
        _bench.Accept("B1");
        _bench.Accept("D1");
        _bench.Tick(100);
        _bench.End("D1");
        _bench.End("B");
        AssertReads(
            """
            started A A1 audio
            ringing C C1
            accepted B B1
            accepted D D1
            ring_ended C
            left D D1 completed
            left B B1 completed
            ended B - completed
            """);
    }

    private void AssertReads(string lines) => Assert.Equal(
        lines, string.Join('\n', _bench.Call.Timeline.Select(
            entry => string.Join(
                ' ', new[] { entry.What, entry.UserId, entry.DeviceId, entry.Detail }.Select(word => word ?? "-"))
                .TrimEnd('-', ' '))));
}
