using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>What a call leaves out of its row is there again when the row is read.</summary>
public sealed class RowTests
{
    private static readonly GrainStateSerializer Serializer = new();

    [Fact]
    public void Notices_AreReadAsTheyWereDecided_ThoughTheirViewsAreNotInTheRow()
    {
        var bench = Situations.Ringing();
        bench.Do(new AcceptCall { Actor = Bench.By("B1", "Bob"), Answer = Bench.Answer });
        Assert.Contains(
            bench.Last.Notices,
            notice => notice.Call is not null && notice.Events.Any(envelope => envelope.Event is CallUpdated));
        AssertReadAsDecided(bench);
        Assert.DoesNotContain("calleeIds", Row(bench).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_AreReadAsTheyWereDecided()
    {
        var bench = Situations.Active();
        bench.Do(new EndCall { Actor = Bench.By("A1") });
        Assert.All(bench.Last.Notices, notice => Assert.Null(notice.Call));
        AssertReadAsDecided(bench);
    }

    [Fact]
    public void Timeline_IsALineForEachEntry_AndIsReadToTheMillisecond()
    {
        var bench = Situations.Active();
        var row = Row(bench);
        Assert.Equal(bench.Call.Timeline.Length, row["timeline"]!["lines"]!.AsArray().Count);
        Assert.Empty(row["call"]!["timeline"]!.AsArray());
        Assert.Equal(bench.Call.Timeline.AsEnumerable(), Read(row).Timeline);
    }

    [Theory]
    [InlineData("0\tstarted\t0")]
    [InlineData("now\tstarted\t0\t1")]
    [InlineData("0\tstarted\t9\t1")]
    [InlineData("9223372036854775807\tstarted\t0\t1")]
    [InlineData(null)]
    public void DamagedLine_IsADamagedRow(string? line)
    {
        var row = Row(Situations.Active());
        row["timeline"]!["lines"]![0] = line;
        Assert.Throws<JsonException>(() => Read(row));
    }

    private static void AssertReadAsDecided(Bench bench) => Assert.Equal(
        bench.Last.Notices.Select(notice => JsonSerializer.Serialize(notice)),
        Read(Row(bench)).Outbox.Select(notice => JsonSerializer.Serialize(notice)));

    private static JsonNode Row(Bench bench) => JsonNode.Parse(
        Serializer.Serialize(new StoredCall { Call = bench.Call with { Outbox = bench.Last.Notices } }).ToString())!;

    private static CallState Read(JsonNode row) =>
        Serializer.Deserialize<StoredCall>(BinaryData.FromString(row.ToJsonString())).Call!;
}
