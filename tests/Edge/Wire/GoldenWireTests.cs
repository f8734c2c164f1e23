using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Ice;
using OrleansCalls.Gateway.Wire;

namespace OrleansCalls.Tests.Edge.Wire;

/// <summary>
/// What clients are sent, as it was released: <c>Golden/*.json</c> may only gain members. After a wanted addition:
/// <c>UPDATE_WIRE=1 dotnet test tests/Edge --filter GoldenWire</c>, and review the difference.
/// </summary>
public sealed class GoldenWireTests
{
    private static readonly string Folder = Repository.Full("tests/Edge/Wire/Golden");
    private static readonly IceOptions Stun = new()
    {
        StunUrls = ["stun:stun.example.org"], TurnUrls = [], TurnSecret = null, TurnTtl = TimeSpan.FromHours(1),
    };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Names => [.. EventSamples.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Event_IsSentAsItAlwaysWas(string name)
    {
        var (method, json) = Sent(EventSamples.All[name]);
        Check(name, new JsonObject { ["method"] = method, ["argument"] = JsonNode.Parse(json) });
    }

    private static (string Method, string Json) Sent(ClientEvent what)
    {
        var ice = new IceServers(Stun, TimeProvider.System);
        var sent = EventView.Of(what, "bob", ice)!;
        return (sent.Event, JsonSerializer.Serialize(sent.Payload, sent.Payload.GetType(), WireJson.CreateOptions()));
    }

    private static void Check(string name, JsonNode now)
    {
        var file = Path.Combine(Folder, name + ".json");
        if (Environment.GetEnvironmentVariable("UPDATE_WIRE") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, now.ToJsonString(Indented) + "\n");
        }

        var released = JsonNode.Parse(File.ReadAllText(file));
        Assert.True(JsonNode.DeepEquals(released, now), $"{name} was released as\n{released}\nand is sent as\n{now}");
    }
}
