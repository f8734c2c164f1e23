using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tool.Doctor;

/// <summary>The silos listed in the database: whether each is alive, reachable from here, and has the same time.</summary>
internal static class NodesCheck
{
    // A silo writes a heartbeat every 5 s; one without for this long hangs, or its clock is behind.
    private const double Quiet = 30;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(3);

    internal static async Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        if (context.Postgres is not { } text)
        {
            findings.Skipped("One process with SQLite has no other nodes.");
            return;
        }

        // The database check reports why it is unreachable.
        await using var connection = await DatabaseCheck.Open(text, null, cancellation);
        if (connection is null)
        {
            findings.Skipped("The nodes are named in the database, which cannot be asked.");
            return;
        }

        await Clock(connection, findings, cancellation);
        var nodes = await Read(
            connection, SettingsReader.Read(context.Settings.Configuration, MembershipOptions.ReadId), cancellation);
        if (nodes.Count == 0)
        {
            findings.Warning("No silo of this cluster is running.", "Start one; if they run, Cluster__Id here and there differ.");
            return;
        }

        await Task.WhenAll(nodes.Select(node => One(node, findings, cancellation)));
    }

    private static async Task Clock(NpgsqlConnection connection, Findings findings, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var before = TimeProvider.System.GetUtcNow();
        var said = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
        if (Skew.Of(said, TimeSpan.Zero, before, TimeProvider.System.GetUtcNow()) is { } ahead)
            findings.Error($"The database's clock is {Skew.Words(ahead)} this machine's.", Skew.Remedy);
        else
            findings.Ok("The database's clock is this machine's.");
    }

    private static async Task<List<Node>> Read(NpgsqlConnection connection, string clusterId, CancellationToken cancellation)
    {
        var nodes = new List<Node>();
        await using (var there = new NpgsqlCommand("SELECT to_regclass('orleansmembershiptable') IS NOT NULL", connection))
            if (await there.ExecuteScalarAsync(cancellation) is not true)
                return nodes;
        await using var command = new NpgsqlCommand(
            """
            SELECT address, port, coalesce(proxyport, 0), siloname, extract(epoch FROM clock_timestamp() - iamalivetime)::double precision
            FROM orleansmembershiptable WHERE deploymentid = $1 AND status = 3 ORDER BY siloname LIMIT 1000
            """, connection) { Parameters = { new() { Value = clusterId } } };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            nodes.Add(new Node(rows.GetString(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetString(3), rows.GetDouble(4)));
        return nodes;
    }

    private static async Task One(Node node, Findings findings, CancellationToken cancellation)
    {
        if (node.QuietFor < -Skew.Allowed)
        {
            findings.Error($"The clock of {node} is {Skew.Words(-node.QuietFor)} the database's.", Skew.Remedy);
        }
        else if (node.QuietFor > Quiet)
        {
            findings.Error(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{node} has not said that it lives for {node.QuietFor:0} s, or its clock is that much behind."),
                "A silo that was killed while it was the only one stays in the table until the next one starts; else look at its log and its clock.");
        }

        foreach (var port in new[] { node.Port, node.GatewayPort }.Where(port => port > 0))
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(ConnectTime);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(node.Address, port, late.Token);
                findings.Ok($"{node} can be reached at port {port}.");
            }
            catch (Exception e) when (e is SocketException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                findings.Error(
                    $"{node} cannot be reached at {node.Address}:{port}: {(e is SocketException refused ? Output.Clean(refused.Message).TrimEnd('.') : "no answer")}.",
                    port == node.Port
                        ? "Silos and gateways must reach each other there: open Silo__Port, and see that Silo__Address is one that they can reach."
                        : "Gateways must reach silos there: open Silo__GatewayPort, and see that Silo__Address is one that they can reach.");
            }
        }
    }

    /// <param name="Address">The silo's own address.</param>
    /// <param name="Port">Its port for silos.</param>
    /// <param name="GatewayPort">Its port for gateways; 0 for none.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="QuietFor">Seconds since its last heartbeat, by its own clock against the database's.</param>
    private sealed record Node(string Address, int Port, int GatewayPort, string Name, double QuietFor)
    {
        public override string ToString() => $"Silo {Output.Clean(Name)} ({Output.Clean(Address)})";
    }
}
