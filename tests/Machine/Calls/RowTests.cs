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

    /// <summary>
    /// Clients order events by the numbers in them: an update that is read with a later one would hide what came between.
    /// </summary>
    [Fact]
    public void NoticesOfEarlierDecisions_KeepTheirNumbers()
    {
        var bench = Situations.Ringing();
        bench.Do(new AcceptCall { Actor = Bench.By("B1", "Bob"), Answer = Bench.Answer });
        var first = bench.Last.Notices;
        bench.Do(new EndCall { Actor = Bench.By("A1") });
        var both = first.AddRange(bench.Last.Notices);
        Assert.True(both.SelectMany(notice => notice.Events).OfType<Envelope>().Select(Number).Distinct().Count() > 1);
        var read = Read(Row(bench.Call with { Outbox = both })).Outbox;
        Assert.Equal(both.Select(Text), read.Select(Text));
        Assert.All(
            read.SelectMany(notice => notice.Events).Select(envelope => envelope.Event).OfType<CallUpdated>(),
            update => Assert.Equal(update.Seq, update.Call.Seq));
    }

    [Theory]
    [InlineData("outbox")]
    [InlineData("call")]
    public void EventThatIsMissing_IsADamagedRow(string where)
    {
        var bench = Situations.Active();
        bench.Do(new EndCall { Actor = Bench.By("A1") });
        var row = Row(bench);
        if (where == "outbox")
            row["outbox"]![0]!["events"]![0] = new JsonObject();
        else
            row["call"]!["outbox"] = JsonNode.Parse("""[{ "userId": "A", "callId": "c", "events": [null] }]""");
        Assert.Throws<JsonException>(() => Read(row));
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

    private static void AssertReadAsDecided(Bench bench) =>
        Assert.Equal(bench.Last.Notices.Select(Text), Read(Row(bench)).Outbox.Select(Text));

    private static string Text(UserNotice notice) => JsonSerializer.Serialize(notice);

    private static long? Number(Envelope envelope) => (envelope.Event as CallEvent)?.Seq;

    private static JsonNode Row(Bench bench) => Row(bench.Call with { Outbox = bench.Last.Notices });

    private static JsonNode Row(CallState call) =>
        JsonNode.Parse(Serializer.Serialize(new StoredCall { Call = call }).ToString())!;

    private static CallState Read(JsonNode row) =>
        Serializer.Deserialize<StoredCall>(BinaryData.FromString(row.ToJsonString())).Call!;
}
