using System.Text.RegularExpressions;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Tests.Cluster;

/// <summary>A database that is away while calls go on being tried is two lines in each process' log, and not megabytes.</summary>
[Collection(SharedCluster.Name)]
public sealed partial class OutageLogTests(CallCluster cluster)
{
    private const int Commands = 60;
    // Some KB where the machine has time; Orleans says more where it is starved. Each process wrote 200 KB a second before.
    private const int LargestLog = 60_000;

    [Need(Need.Postgres)]
    public async Task Database_Stopped_IsOneLineWhenItBegins_AndOneWithCountsWhenItEnds()
    {
        await cluster.Ready();
        await using var phone = await Phone.SwitchOn("outage-caller", cluster.GatewayNodes);
        Node[] nodes = [.. cluster.SiloNodes, .. cluster.GatewayNodes];
        var before = nodes.ToDictionary(node => node, node => node.Said.Length);
        var began = nodes.ToDictionary(node => node, node => Began().Count(node.Said));
        var ended = nodes.ToDictionary(node => node, node => Ended().Count(node.Said));

        await cluster.Postgres.Stop();
        await Task.WhenAll(Enumerable.Range(0, Commands).Select(number => Try(phone, $"outage-{number}")));
        await cluster.Postgres.Start();
        // Silos write that they live each 5 s, so all of them have noticed.
        foreach (var silo in cluster.SiloNodes)
            await Until.True(() => Ended().Count(silo.Said) > ended[silo], $"the end of the outage in the log of {silo.Name}");

        foreach (var node in nodes)
            await Until.True(
                () => Ended().Count(node.Said) == Began().Count(node.Said), $"an end of the outage in the log of {node.Name}");
        foreach (var node in nodes)
        {
            var said = node.Said;
            // Once where the machine has time. Where it is starved, silos lose each other too.
            Assert.InRange(Began().Count(said) - began[node], cluster.SiloNodes.Contains(node) ? 1 : 0, 5);
            Assert.InRange(said.Length - before[node], 0, LargestLog);
        }

        Assert.Contains(
            cluster.GatewayNodes,
            gateway => gateway.Said[before[gateway]..].Contains("CommandUnavailable", StringComparison.Ordinal));
        await Figures.Add(
            $"outage log: {string.Join(", ", nodes.Select(node => $"{node.Name} {node.Said.Length - before[node]} bytes"))}");
    }

    private static async Task Try(Phone phone, string callId)
    {
        try
        {
            await phone.Once(
                "StartCall", new { callId, calleeIds = new[] { "outage-callee" }, media = "audio", ringSeconds = 10 });
        }
        catch (Exception exception) when (exception is HubException or TimeoutException)
        {
            // Unavailable, or not answered yet, as it should be.
        }
    }

    [GeneratedRegex(@"\[5500\] Outage began: \S")]
    private static partial Regex Began();

    [GeneratedRegex(@"\[5501\] Outage ended after [\d.]+ s, \d+ log lines withheld: \w+")]
    private static partial Regex Ended();
}
