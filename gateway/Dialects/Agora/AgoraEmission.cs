using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Dialects.SocketIoClients;
using OrleansCalls.Gateway.Telephone;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <c>/api/users/{id}/online</c> and <c>/api/emit</c>: a back end looks up a user's socket and emits its own event to it. The
/// ids are valid on every gateway of the cluster.
public sealed class AgoraEmission(IGrainFactory grains, GrainRetry retry, CommandGate gate)
{
    private const int LongestName = 64;

    // Platforms whose dialect has no events of the app's back end.
    private static readonly ImmutableArray<string?> WithoutNotices =
    [
        DialectSession.PlatformOf(RoomDialect.Tag), TelephoneLine.Platform,
    ];

    /// <summary>Returns true for event names reserved by Socket.IO.</summary>
    public static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";

    /// <summary>
    /// Returns the socket id of a connection. It holds the user id, since only the user's grain can locate the connection.
    /// </summary>
    internal static string SocketIdOf(Connection connection, string userId) => $"{connection.ConnectionId}@{userId}";

    /// <summary>
    /// Returns whether a user is connected, and the socket to emit to: the newest one over Socket.IO, else the newest one that
    /// supports such events.
    /// </summary>
    internal async Task<IResult> Online(string userId)
    {
        var id = Check.UserId(userId, "userId");
        var inspection = await retry.Ask(() => grains.GetUser(id).Inspect());
        var platform = DialectSession.PlatformOf(SocketIoDialects.SharedName);
        var connection = inspection.Connections.Where(ReceivesNotices)
            .OrderBy(c => c.Platform == platform).ThenBy(c => c.ConnectedAt).LastOrDefault();
        return new JsonAnswer(new JsonObject
        {
            ["isOnline"] = !inspection.Connections.IsEmpty,
            ["socketId"] = connection is null ? null : SocketIdOf(connection, id),
        });
    }

    /// <summary>Emits an event; every failure is returned in this dialect's shape.</summary>
    internal Task<IResult> Emit(HttpContext context) => gate.Answer(
        context, $"{DialectNames.Agora} emit", async () => await Emit(await JsonBody.Read(context)),
        failure => new JsonAnswer(new JsonObject
        {
            ["error"] = failure.Error.Code == CallErrorCode.Internal ? "Failed to emit event" : failure.Error.Detail,
        }, failure.Status));

    private static bool ReceivesNotices(Connection connection) => !WithoutNotices.Contains(connection.Platform);

    private async Task<IResult> Emit(JsonElement body)
    {
        if (body.Text("socketId") is not { Length: > 0 } socketId || body.Text("event") is not { Length: > 0 } name)
            throw CallException.Invalid("socketId and event are required");
        if (IsReserved(name) || body.Find("data") is { ValueKind: not JsonValueKind.Object })
            throw CallException.Invalid("event must not be one of Socket.IO's own, and data must be an object");
        var notice = new NotificationReceived
        {
            Type = Check.Id(name, "event", LongestName),
            Payload = body.Find("data") is { } data ? Check.Payload(data, required: true) : "{}",
        };
        if (socketId.Split('@', 2) is not [{ Length: > 0 } connectionId, { Length: > 0 and <= CallLimits.UserId } userId])
            throw CallException.Invalid("socketId is none of those that /api/users/{id}/online gives");
        var user = grains.GetUser(userId);
        var inspection = await retry.Ask(user.Inspect);
        if (inspection.Connections.FirstOrDefault(c => c.ConnectionId == connectionId) is not { } connection)
            throw new CallException(CallErrorCode.NotFound, "socketId is not connected");
        if (!ReceivesNotices(connection))
            throw new CallException(CallErrorCode.NotFound, "the client of socketId has no words for events of others");
        if (await user.SendNotification(notice, connection.DeviceId) == 0)
            throw new CallException(CallErrorCode.NotFound, "socketId is not connected any more");
        return new JsonAnswer(new JsonObject { ["success"] = true, ["message"] = "Event emitted successfully" });
    }
}
