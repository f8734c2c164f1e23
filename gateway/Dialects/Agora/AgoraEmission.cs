using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Dialects.SocketIoClients;
using OrleansCalls.Gateway.Telephone;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// <c>/api/users/{id}/online</c> and <c>/api/emit</c>: a back end looks somebody's socket up, and emits an event of its own to it. The
/// ids are those of connections anywhere in the cluster.
/// </summary>
public sealed class AgoraEmission(IGrainFactory grains, Perseverance persevering, CommandGate gate)
{
    private const int LongestName = 64;

    // What has no word for an app's own events.
    private static readonly ImmutableArray<string?> Deaf = [DialectSession.PlatformOf(RoomDialect.Tag), TelephoneLine.Platform];

    /// <summary>Whether Socket.IO keeps an event's name for itself.</summary>
    public static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";

    /// <summary>What a back end calls a connection. Only the grain of whoever it is of knows where it is.</summary>
    internal static string SocketIdOf(Connection connection, string userId) => $"{connection.ConnectionId}@{userId}";

    /// <summary>
    /// Whether somebody is connected, and the socket to emit to: the youngest over Socket.IO, else the youngest that can hear.
    /// </summary>
    internal async Task<IResult> Online(string userId)
    {
        var id = Check.UserId(userId, "userId");
        var inspection = await persevering.Ask(() => grains.GetUser(id).Inspect());
        var platform = DialectSession.PlatformOf(SocketIoSpeech.SpeechName);
        var connection = inspection.Connections.Where(Hears)
            .OrderBy(c => c.Platform == platform).ThenBy(c => c.ConnectedAt).LastOrDefault();
        return new JsonAnswer(new JsonObject
        {
            ["isOnline"] = !inspection.Connections.IsEmpty,
            ["socketId"] = connection is null ? null : SocketIdOf(connection, id),
        });
    }

    /// <summary>Emits, and answers in the words of the document, whatever happens.</summary>
    internal Task<IResult> Emit(HttpContext context) => gate.Answer(
        context, $"{DialectNames.Agora} emit", async () => await Emit(await JsonBody.Read(context)),
        failure => new JsonAnswer(new JsonObject
        {
            ["error"] = failure.Error.Code == CallErrorCode.Internal ? "Failed to emit event" : failure.Error.Detail,
        }, failure.Status));

    private static bool Hears(Connection connection) => !Deaf.Contains(connection.Platform);

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
        var inspection = await persevering.Ask(user.Inspect);
        if (inspection.Connections.FirstOrDefault(c => c.ConnectionId == connectionId) is not { } connection)
            throw new CallException(CallErrorCode.NotFound, "socketId is not connected");
        if (!Hears(connection))
            throw new CallException(CallErrorCode.NotFound, "the client of socketId has no words for events of others");
        if (await user.SendNotification(notice, connection.DeviceId) == 0)
            throw new CallException(CallErrorCode.NotFound, "socketId is not connected any more");
        return new JsonAnswer(new JsonObject { ["success"] = true, ["message"] = "Event emitted successfully" });
    }
}
