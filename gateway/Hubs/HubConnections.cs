using System.Globalization;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>Creates the <see cref="ClientConnection"/> of a hub connection.</summary>
public sealed class HubConnections(IHubContext<CallHub> hub, IceServers ice, ConnectionFactory connections)
{
    /// <summary>The prefix of the id of a device that sends none: each of its connections is a separate device.</summary>
    private const string Unnamed = "conn-";

    /// <summary>Returns the connection of a hub call.</summary>
    public static ClientConnection Of(HubCallerContext context) => (ClientConnection)context.Items[typeof(ClientConnection)]!;

    /// <summary>Creates the connection and starts its writer.</summary>
    public ClientConnection Create(HubCallerContext context)
    {
        var query = context.GetHttpContext()!.Request.Query;
        var me = context.User!.ToActor(query["deviceId"]);
        var actor = me with { DeviceId = me.DeviceId ?? Unnamed + context.ConnectionId, OverSocket = true };
        var socket = new HubSocket(context, hub.Clients.Client(context.ConnectionId), actor.UserId, ice);
        var connection = connections.Create(context.ConnectionId, actor, PlatformOf(query["platform"]), socket);
        context.Items[typeof(ClientConnection)] = connection;
        return connection;
    }

    /// <summary>Returns the platform that the device reports, validated.</summary>
    public static string? PlatformOf(string? value) => string.IsNullOrEmpty(value) ? null : Check.Id(value, "platform", 32);

    /// <summary>
    /// Returns the last numbers that the device has received, from <c>seqs=callId:seq,callId:seq</c>; malformed pairs are
    /// skipped.
    /// </summary>
    public static IReadOnlyDictionary<string, long> SeqsOf(HubCallerContext context)
    {
        var seqs = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pair in context.GetHttpContext()!.Request.Query["seqs"].ToString().Split(','))
        {
            // A call id may contain colons itself.
            var colon = pair.LastIndexOf(':');
            if (seqs.Count < CallLimits.Devices && colon is > 0 and <= CallLimits.CallId
                && long.TryParse(pair.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
                && Check.IsCallId(pair.AsSpan(0, colon)))
                seqs[pair[..colon]] = seq;
        }

        return seqs;
    }
}
