using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects.Descriptions;

/// <summary><c>/asyncapi/v1.json</c>, and the traffic that was held against it.</summary>
internal sealed class SocketDescription(JsonObject document)
{
    private readonly DescribedSchemas _schemas = new(document["components"]!["schemas"]!.AsObject());
    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>What was sent or received that the description does not know, or knows otherwise.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Messages that are described and were not seen.</summary>
    public IEnumerable<string> Unseen => document["channels"]!.AsObject()
        .SelectMany(channel => channel.Value!["messages"]!.AsObject().Select(message => $"{channel.Key} {message.Key}"))
        .Except(_seen.Keys);

    public static async Task<SocketDescription> Read(Service service) =>
        new(JsonNode.Parse(await service.Http.GetStringAsync("/asyncapi/v1.json"))!.AsObject());

    /// <summary>Takes a message down.</summary>
    public void Take(string channel, string message, JsonNode? payload)
    {
        _seen.TryAdd($"{channel} {message}", 0);
        if (document["channels"]![channel]?["messages"]?[message]?["payload"] is not { } schema)
            _faults.Enqueue($"{channel} has no {message}: {payload?.ToJsonString()}");
        else if (_schemas.WhyNot(schema, payload) is { } why)
            _faults.Enqueue($"{channel} {message}: {why}: {payload?.ToJsonString()}");
    }
}
