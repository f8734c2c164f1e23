using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Dialect <c>rooms</c>: commands over REST; sockets only register and receive. Plain WebSockets and Socket.IO carry the same
/// names and shapes.
/// </summary>
public sealed class RoomDialect(IceServers ice) : ISocketIoDialect
{
    /// <summary>The device tag of its plain sockets.</summary>
    public const string Tag = "003";

    /// <summary>The first message of a client.</summary>
    public const string Register = "register-user";

    private static readonly DialectMessages All = new(
        [
            new(Register, "Who this is: the first message, with a token where the socket brought none",
                "userId?: text, token?: text, accessToken?: text"),
        ],
        [
            new("registered", "The client is registered, and receives events from now on", "userId: userId"),
            new("incoming-call", "This device must ring",
                "eventType: 'incoming_call', callId: callId, callType: voice|video, roomId: text, callerName: text, "
                + "callerId: userId, iceServers: [IceServer]"),
            new("call-answered", "A member accepted", "eventType: 'call_answered', callId: callId, userId: userId"),
            new("call-rejected", "A member declined",
                "eventType: 'call_rejected', callId: callId, userId: userId, reason: text?"),
            new("call-ended", "The call is over for this device",
                "eventType: 'call_ended', callId: callId, reason: text, endedBy: text?"),
            new("error", "The client's message was refused", "code: code, message: text"),
        ]);

    /// <inheritdoc/>
    public string Name => DialectNames.Rooms;

    /// <inheritdoc/>
    public string DeviceTag => Tag;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <inheritdoc/>
    public bool Knows(string name) => All.IsSentByClients(name);

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => null;

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectSocket socket)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        socket.EmitNow("registered", new JsonObject { ["userId"] = session.Actor.UserId });
    }

    /// <inheritdoc/>
    public Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        if (name != Register)
            throw CallException.Invalid($"There is no message {DialectFields.Shown(name)}.");
        // Over Socket.IO some clients send the id itself.
        var claimed = body.ValueKind == JsonValueKind.String ? body.GetString() : body.Text("userId");
        if (claimed is not null && claimed != session.Actor.UserId)
            throw CallException.Forbidden("userId is not the user of this socket's token.");
        socket.Emit("registered", new JsonObject { ["userId"] = session.Actor.UserId });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Send(DialectAudience to, ClientEvent what)
    {
        ArgumentNullException.ThrowIfNull(to);
        switch (what)
        {
            case CallIncoming e:
                to.Emit("incoming-call", new JsonObject
                {
                    ["eventType"] = "incoming_call",
                    ["callId"] = e.CallId,
                    ["callType"] = DialectFields.VoiceOrVideo(e.Call.Media),
                    ["roomId"] = e.Call.ConversationId ?? "",
                    ["callerName"] = e.Call.Caller.Name.Length > 0 ? e.Call.Caller.Name : e.Call.Caller.Id,
                    ["callerId"] = e.Call.Caller.Id,
                    ["iceServers"] = IceServers(to.Session.Actor.UserId),
                });
                break;
            case CallAccepted e:
                Answered(to, e.CallId, e.UserId);
                break;
            case CallRejected e:
                Rejected(to, e.CallId, e.UserId, e.Reason);
                break;
            case CallUpdated e:
                SendChanges(to, e.Call);
                break;
            case CallEnded e:
                to.Emit("call-ended", new JsonObject
                {
                    ["eventType"] = "call_ended", ["callId"] = e.CallId, ["reason"] = e.Reason.Wire(), ["endedBy"] = e.EndedBy,
                });
                break;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Refuse(DialectSocket socket, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.EmitNow("error", DialectFields.Error(error));
    }

    /// <summary>Returns the ICE servers as JSON; without a user only those that need no credential.</summary>
    internal JsonArray IceServers(string? userId) => [.. ice.For(userId ?? "")
        .Where(server => userId is not null || server.Username is null)
        .Select(server => DialectFields.Json(server))];

    // Every device in the call receives who accepts or declines, including the user's other devices.
    private static void SendChanges(DialectAudience to, Call call)
    {
        var before = to.Session.Recent.Find(call.CallId)?.Legs ?? [];
        foreach (var leg in call.Legs)
        {
            var was = before.FirstOrDefault(other => other.UserId == leg.UserId)?.State;
            if (was == leg.State)
                continue;
            if (leg.State.IsIn && was is not LegPhase.Accepted)
                Answered(to, call.CallId, leg.UserId);
            else if (leg.State == LegPhase.Declined)
                Rejected(to, call.CallId, leg.UserId, leg.Reason);
        }
    }

    private static void Answered(DialectAudience to, string callId, string userId)
    {
        if (to.Session.Recent.Take(new(DedupKind.Taken, callId, userId, DialectNames.Rooms)))
            to.Emit(
                "call-answered", new JsonObject { ["eventType"] = "call_answered", ["callId"] = callId, ["userId"] = userId });
    }

    private static void Rejected(DialectAudience to, string callId, string userId, string? reason)
    {
        if (!to.Session.Recent.Take(new(DedupKind.Rejected, callId, userId, DialectNames.Rooms)))
            return;
        to.Emit("call-rejected", new JsonObject
        {
            ["eventType"] = "call_rejected", ["callId"] = callId, ["userId"] = userId, ["reason"] = reason,
        });
    }
}
