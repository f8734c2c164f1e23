using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// Dialect <c>agora</c>: event names with colons; media over Agora, whose channel and token the caller passes to the callee.
/// </summary>
public sealed class AgoraDialect(CallCommands calls, AgoraPresence presence, TimeProvider time) : ISocketIoDialect
{
    /// <summary>The reason shown when a user declined without giving one.</summary>
    public const string NoReason = "User declined";

    private const string Channel = "channelName";
    private const string Token = "agoraToken";
    private const int RingSeconds = 30;

    private static readonly DialectMessages All = new(
        [
            new("call:initiate", "Starts a call",
                "callId: id, receiverId: id, callType: text, channelName?: text, agoraToken?: text, ringSeconds?: whole"),
            new("call:accept", "Takes the call on this device", "callId: id"),
            new("call:reject", "Declines", "callId: id, reason?: any"),
            new("call:end", "Cancels or hangs up", "callId: id, reason?: any"),
        ],
        [
            new("call:incoming", "This device must ring",
                "callId: callId, callerId: userId, callerName: text, callType: VIDEO|AUDIO, channelName: text?, "
                + "agoraToken: text?, timestamp: millis"),
            new("call:accepted", "A callee accepted", "callId: callId, timestamp: millis"),
            new("call:rejected", "A callee declined", "callId: callId, reason: text, timestamp: millis"),
            new("call:reject:confirmed", "This device has declined", "callId: callId"),
            new("call:busy", "The callee is in another call", "callId: callId"),
            new("call:timeout", "The ring timed out", "callId: callId, reason: text"),
            new("call:cancelled", "The ring is over", "callId: text?, reason: text"),
            new("call:ended", "The call is over", "callId: text?, endedBy: text?, reason: text, timestamp: millis"),
            new("user:online", "A watched user went online", "userId: userId, timestamp: millis"),
            new("user:offline", "A watched user went offline", "userId: userId, timestamp: millis"),
            new("call:error", "The client's message was refused", "callId: text?, code: code, message: text"),
        ]);

    /// <inheritdoc/>
    public string Name => DialectNames.Agora;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <inheritdoc/>
    public bool SendsNotices => true;

    /// <inheritdoc/>
    public bool Knows(string name) => All.IsSentByClients(name);

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => body.Text("callId");

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectSocket socket)
    {
        // A client that has sent nothing yet may only listen.
        WatchPast(session, socket);
    }

    /// <inheritdoc/>
    public Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        WatchPast(session, socket);
        var callId = body.Text("callId") ?? throw CallException.Invalid("callId is missing.");
        return name switch
        {
            "call:initiate" => Initiate(session, socket, callId, body),
            "call:accept" => Show(session, calls.Accept(session.Actor, new AcceptCallRequest { CallId = callId })),
            "call:reject" => Reject(session, socket, callId, ReasonOf(body.Reason())),
            "call:end" => Show(session, calls.End(session.Actor, new ReasonRequest { CallId = callId, Reason = body.Reason() })),
            _ => throw CallException.Invalid($"There is no event {DialectFields.Shown(name)}."),
        };
    }

    /// <inheritdoc/>
    public async Task Send(DialectAudience to, ClientEvent what)
    {
        ArgumentNullException.ThrowIfNull(to);
        switch (what)
        {
            case CallIncoming e:
                presence.Watch(to.Session, [e.Call.Caller.Id]);
                to.Emit("call:incoming", Incoming(e.Call));
                break;
            case CallAccepted or CallReady when await Acceptance.Of(to.Session, what, Name) is { IsFirst: true } taken:
                to.Emit("call:accepted", Stamped(new JsonObject { ["callId"] = taken.CallId }));
                break;
            case CallRejected e:
                to.Emit("call:rejected", Stamped(new JsonObject { ["callId"] = e.CallId, ["reason"] = ReasonOf(e.Reason) }));
                break;
            case CallEnded e:
                await SendEnded(to, e);
                break;
            case NotificationReceived e when JsonNode.Parse(e.Payload) is JsonObject payload && !AgoraEmission.IsReserved(e.Type):
                to.Emit(e.Type, payload);
                break;
        }
    }

    /// <inheritdoc/>
    public Task SendPresence(DialectAudience to, Presence presence)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(presence);
        to.Emit(presence.Online ? "user:online" : "user:offline", Stamped(new JsonObject { ["userId"] = presence.UserId }));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Refuse(DialectSocket socket, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        socket.Emit("call:error", DialectFields.Error(error, "callId", callId));
    }

    /// <inheritdoc/>
    public bool Rings(string name) => name == "call:initiate";

    /// <inheritdoc/>
    public void SendNoCall(DialectSocket socket, string name, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        var reason = error.Code.Wire();
        // Caller and callee have different event names for this.
        if (name is "call:initiate" or "call:end")
            socket.Emit("call:ended", Stamped(new JsonObject { ["callId"] = callId, ["endedBy"] = null, ["reason"] = reason }));
        else
            socket.Emit("call:cancelled", new JsonObject { ["callId"] = callId, ["reason"] = reason });
    }

    private static JsonObject Incoming(Call call) => new()
    {
        ["callId"] = call.CallId,
        ["callerId"] = call.Caller.Id,
        ["callerName"] = call.Caller.Name.Length > 0 ? call.Caller.Name : call.Caller.Id,
        ["callType"] = call.Media == CallMedia.Video ? "VIDEO" : "AUDIO",
        [Channel] = call.Metadata?.GetValueOrDefault(Channel),
        [Token] = call.Metadata?.GetValueOrDefault(Token),
        ["timestamp"] = call.CreatedAt.ToUnixTimeMilliseconds(),
    };

    /// <summary>Returns the reason; the default one when it is empty.</summary>
    internal static string ReasonOf(string? given) => string.IsNullOrWhiteSpace(given) ? NoReason : given;

    private static async Task Show(DialectSession session, Task<Call> answer) => session.ShowEnd(await answer);

    private static JsonObject Reasoned(CallEnded end) => new() { ["callId"] = end.CallId, ["reason"] = end.Reason.Wire() };

    private static bool IsIn(Call? call, string userId) =>
        call?.Legs.Any(leg => leg.UserId == userId && (leg.State.IsIn || leg.State == LegPhase.Left)) ?? false;

    private async Task Initiate(DialectSession session, DialectSocket socket, string callId, JsonElement body)
    {
        var receiver = body.Text("receiverId") ?? throw CallException.Invalid("receiverId is missing.");
        var metadata = new Dictionary<string, string?>();
        foreach (var field in (ImmutableArray<string>)[Channel, Token])
        {
            if (body.Text(field) is { } text)
                metadata[field] = text;
        }

        var end = await session.Start(calls, new StartCallRequest
        {
            CallId = callId,
            CalleeIds = [receiver],
            Media = body.Media("callType"),
            Metadata = metadata,
            RingSeconds = body.Whole("ringSeconds") ?? RingSeconds,
        });
        presence.Watch(session, [receiver]);
        if (end is not null)
            socket.Emit("call:ended", Ended(end));
    }

    private async Task Reject(DialectSession session, DialectSocket socket, string callId, string reason)
    {
        // Recorded before the command: the resulting end is its confirmation and must not be sent a second time.
        session.Recent.Take(new(DedupKind.OwnDecline, callId));
        var call = await calls.Reject(session.Actor, new ReasonRequest { CallId = callId, Reason = reason });
        socket.Emit("call:reject:confirmed", new JsonObject { ["callId"] = callId });
        session.ShowEnd(call);
    }

    // This dialect has one event for each way a call ends, and different ones for caller and callee.
    private async Task SendEnded(DialectAudience to, CallEnded end)
    {
        var call = await to.Session.FindOrRead(end.CallId);
        var me = to.Session.Actor.UserId;
        var isCaller = call?.IsCaller(me) == true;
        switch (end.Reason)
        {
            // The caller has received the rejection, and the device that declined its confirmation.
            case EndReason.Rejected when isCaller || to.Session.Recent.Has(new(DedupKind.OwnDecline, end.CallId)):
                break;
            case EndReason.Busy when isCaller:
                to.Emit("call:busy", new JsonObject { ["callId"] = end.CallId });
                break;
            case EndReason.NoAnswer or EndReason.Unreachable when isCaller:
                to.Emit("call:timeout", Reasoned(end));
                break;
            case EndReason.Completed or EndReason.Lost or EndReason.ConnectTimeout:
                to.Emit("call:ended", Ended(end));
                break;
            default:
                var wasIn = isCaller || (end.Reason != EndReason.AnsweredElsewhere && IsIn(call, me));
                to.Emit(wasIn ? "call:ended" : "call:cancelled", wasIn ? Ended(end) : Reasoned(end));
                break;
        }
    }

    private JsonObject Ended(CallEnded end) => Stamped(new JsonObject
    {
        ["callId"] = end.CallId, ["endedBy"] = end.EndedBy, ["reason"] = end.Reason.Wire(),
    });

    private JsonObject Stamped(JsonObject payload)
    {
        payload["timestamp"] = time.GetUtcNow().ToUnixTimeMilliseconds();
        return payload;
    }

    private void WatchPast(DialectSession session, DialectSocket socket)
    {
        if (socket.Take(new(DedupKind.PastPeople, CallId: "")))
            presence.WatchPast(session);
    }
}
