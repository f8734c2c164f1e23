using System.Text.Json.Nodes;
using OrleansCalls.Calls;
using OrleansCalls.Tests.Machine.Calls;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Machine.Webhooks;

/// <summary>Events in the call's row: small, and no stumbling block for the version before.</summary>
public sealed class KeptEventTests
{
    private static readonly GrainStateSerializer Serializer = new();

    [Fact]
    public void Kept_IsReadBackWithTheSameId()
    {
        var bench = Situations.Ringing();
        var owed = WebhookRules.EventsOf(Situations.Notifying().State, bench.Last, bench.Now, _ => true);
        var read = Serializer.Deserialize<StoredCall>(
            Serializer.Serialize(new StoredCall { Call = bench.Call with { Webhooks = owed } })).Call!;
        var what = Assert.Single(read.Webhooks!.Value);
        Assert.Equal((owed[0].Id, owed[0].CreatedAt, LegPhase.Ringing), (what.Id, what.CreatedAt, what.Call.Legs[0].State));
    }

    [Fact]
    public void NothingKept_LeavesNoTrace_AndRowsOfTheVersionBeforeAreRead()
    {
        var row = Row(Situations.Active().Call);
        Assert.False(row["call"]!.AsObject().ContainsKey("webhooks"));
        Assert.Null(Read(row).Webhooks);
    }

    [Fact]
    public void Metadata_AreNotKeptOnceMoreWithEachEvent()
    {
        var bench = new Bench();
        bench.Do(new StartCall
        {
            Actor = Bench.By("A1"), CallId = "call-1", CalleeIds = ["B"], Media = CallMedia.Audio,
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add(
                "room", new string('x', 4000)),
        });
        var owed = WebhookRules.EventsOf(null, bench.Last, bench.Now, _ => true);
        Assert.InRange(Row(bench.Call with { Webhooks = owed })["call"]!["webhooks"]!.ToJsonString().Length, 100, 1000);
    }

    private static JsonNode Row(CallState call) =>
        JsonNode.Parse(Serializer.Serialize(new StoredCall { Call = call }).ToString())!;

    private static CallState Read(JsonNode row) =>
        Serializer.Deserialize<StoredCall>(BinaryData.FromString(row.ToJsonString())).Call!;
}
