using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Notifications;

/// <summary>
/// Dialect <c>notifications</c>: one WebSocket for notifications and one for each chat, messages with dots in their
/// <c>type</c>, numeric database ids.
/// </summary>
public sealed class NotificationDialect(CallCommands calls) : IDialect
{
    private const string Answer = "answer";

    private static readonly DialectMessages All = new(
        [
            new("call.offer", "Sends an offer", "call_id: id, offer: any"),
            new("call.answer", "Takes the call, or answers a later offer", "call_id: id, answer: any"),
            new("call.ice_candidate", "Sends a candidate to the peer device", "call_id: id, candidate?: any"),
            new("call.reject", "Declines", "call_id: id, reason?: any"),
            new("call.end", "Cancels or hangs up", "call_id: id, reason?: any"),
        ],
        [
            new("connection.ack", "The socket for notices is open", ""),
            new("call.incoming", "This device must ring",
                "call_id: callId, caller_id: userId, caller_username: text, call_type: voice|video, conversation_id: text?"),
            new("call.offer", "An offer of the peer",
                "call_id: callId, caller_id?: userId, caller_username?: text, call_type?: voice|video, "
                + "conversation_id?: text?, offer: any"),
            new("call.answer", "A callee's answer", "call_id: callId, answer: any, receiver_id: userId"),
            new("call.ice_candidate", "A candidate of the peer device", "call_id: callId, candidate: any, sender_id: userId"),
            new("call.reject", "A callee declined", "call_id: callId, receiver_id: userId, reason: text?"),
            new("call.end", "The call is over for this device", "call_id: text?, reason: text"),
            new("call.error", "The client's message was refused", "call_id: text?, code: code, message: text"),
            new("notification.created", "A notice of the app's back end", "notification_type: text, payload: any"),
        ]);

    /// <inheritdoc/>
    public string Name => DialectNames.Notifications;

    /// <inheritdoc/>
    public string DeviceTag => NamelessDevice.PageLanguage;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => body.Text("call_id");

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.Purpose is null)
            socket.EmitNow("connection.ack", []);
    }

    /// <inheritdoc/>
    public Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        var callId = body.Text("call_id");
        if (callId is not null && BrowserTabs.IsOut(socket, callId))
        {
            socket.Emit("call.end", Ended(callId, EndReason.AnsweredElsewhere));
            return Task.CompletedTask;
        }

        return name switch
        {
            "call.offer" => Signal(session, callId, SignalKind.Offer, body.Find("offer") ?? default),
            "call.answer" => Answered(session, socket, callId, body),
            "call.ice_candidate" => Signal(session, callId, SignalKind.Candidate, body.Candidate()),
            "call.reject" => Shown(session, calls.Reject(session.Actor, Reason(callId, body))),
            "call.end" => Shown(session, calls.End(session.Actor, Reason(callId, body))),
            _ => throw CallException.Invalid($"There is no message {DialectFields.Shown(name)}."),
        };
    }

    /// <inheritdoc/>
    public async Task Send(DialectAudience to, ClientEvent what)
    {
        ArgumentNullException.ThrowIfNull(to);
        switch (what)
        {
            case CallIncoming e:
                BrowserTabs.Ring(to, e.CallId);
                await Send(to, e.CallId, "call.incoming", Described(e.Call));
                if (e.Offer is { } offer)
                    await SendOffer(to, e.CallId, DialectFields.Json(offer));
                break;
            case CallAccepted or CallReady when await Acceptance.Of(to.Session, what, Name) is { } taken:
                await SendAnswer(to, taken.CallId, DialectFields.Json(taken.Answer), taken.UserId);
                break;
            case SignalReceived { Kind: SignalKind.Offer } e:
                await SendOffer(to, e.CallId, JsonNode.Parse(e.Payload));
                break;
            case SignalReceived { Kind: SignalKind.Answer } e:
                await SendAnswer(to, e.CallId, JsonNode.Parse(e.Payload), e.FromUserId);
                break;
            case SignalReceived { Kind: SignalKind.Candidate } e:
                await Send(to, e.CallId, "call.ice_candidate", new JsonObject
                {
                    ["call_id"] = e.CallId, ["candidate"] = JsonNode.Parse(e.Payload), ["sender_id"] = e.FromUserId,
                });
                break;
            case CallRejected e:
                await Send(to, e.CallId, "call.reject", new JsonObject
                {
                    ["call_id"] = e.CallId, ["receiver_id"] = e.UserId, ["reason"] = e.Reason,
                });
                break;
            case CallEnded e:
                await Send(to, e.CallId, "call.end", Ended(e.CallId, e.Reason));
                break;
            case NotificationReceived e:
                to.Where(socket => socket.Purpose is null).Emit("notification.created", new JsonObject
                {
                    ["notification_type"] = e.Type, ["payload"] = JsonNode.Parse(e.Payload),
                });
                break;
        }
    }

    /// <inheritdoc/>
    public void Refuse(DialectSocket socket, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        socket.Emit("call.error", DialectFields.Error(error, "call_id", callId));
    }

    /// <inheritdoc/>
    public void SendNoCall(DialectSocket socket, string name, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        socket.Emit("call.end", new JsonObject { ["call_id"] = callId, ["reason"] = error.Code.Wire() });
    }

    /// <summary>Returns true if a message is sent over sockets for notifications only.</summary>
    internal static bool IsForNoticesOnly(string name) => name is "connection.ack" or "notification.created";

    /// <summary>Describes a call in this dialect's shape.</summary>
    internal static JsonObject Described(Call call) => new()
    {
        ["call_id"] = call.CallId,
        ["caller_id"] = call.Caller?.Id,
        ["caller_username"] = NameOf(call),
        ["call_type"] = DialectFields.VoiceOrVideo(call.Media),
        ["conversation_id"] = call.ConversationId,
    };

    private static JsonObject Ended(string callId, EndReason reason) =>
        new() { ["call_id"] = callId, ["reason"] = reason.Wire() };

    private static string? NameOf(Call call) => call.Caller is { Name.Length: > 0 } named ? named.Name : call.Caller?.Id;

    private static ReasonRequest Reason(string? callId, JsonElement body) => new() { CallId = callId, Reason = body.Reason() };

    private static async Task Shown(DialectSession session, Task<Call> answer) => session.ShowEnd(await answer);

    private Task Signal(DialectSession session, string? callId, SignalKind kind, JsonElement payload) =>
        calls.Signal(session.Actor, new SendSignalRequest { CallId = callId, Kind = kind, Payload = payload });

    // A callee's first answer accepts the call; later answers of either side answer a new offer.
    private async Task Answered(DialectSession session, DialectSocket socket, string? callId, JsonElement body)
    {
        var id = Check.CallId(callId);
        var call = await session.Read(id);
        var mine = call?.Legs.FirstOrDefault(leg => leg.UserId == session.Actor.UserId);
        var sdp = body.Find(Answer) is { } given ? given.Text("sdp") : null;
        var repeated = sdp is not null && !session.Recent.Take(new(DedupKind.OwnAnswer, id, Content: HashOf(sdp)));
        if (mine is null ? call is not null : mine.State.IsIn && mine.DeviceId == session.Actor.DeviceId)
        {
            // A page that answers over both of its sockets answers once.
            if (!repeated)
                await Signal(session, id, SignalKind.Answer, body.Find(Answer) ?? default);
            return;
        }

        await Shown(
            session, calls.Accept(session.Actor, new AcceptCallRequest { CallId = id, Answer = body.Description(Answer) }));
        BrowserTabs.Others(session, socket, id).Emit("call.end", Ended(id, EndReason.AnsweredElsewhere));
    }

    private static string HashOf(string sdp) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(sdp)));

    private static async Task SendOffer(DialectAudience to, string callId, JsonNode? offer)
    {
        var call = await to.Session.FindOrRead(callId);
        var payload = call is null ? new JsonObject { ["call_id"] = callId } : Described(call);
        payload["offer"] = offer;
        await Send(to, callId, "call.offer", payload);
    }

    private static Task SendAnswer(DialectAudience to, string callId, JsonNode? answer, string receiverId) =>
        Send(
            to, callId, "call.answer",
            new JsonObject { ["call_id"] = callId, ["answer"] = answer, ["receiver_id"] = receiverId });

    // A chat's socket is sent the messages of its chat, the socket for notifications all. A device with neither is sent
    // everything over any socket.
    private static async Task Send(DialectAudience to, string callId, string name, JsonObject payload)
    {
        var chat = (await to.Session.FindOrRead(callId))?.ConversationId;
        var own = to.Where(socket => !BrowserTabs.IsOut(socket, callId));
        var sockets = own.Where(socket => socket.Purpose is null || (socket.Purpose is string page && page == chat));
        var elsewhere = sockets.Sockets.IsEmpty && !to.Session.Sockets.Any(socket => socket.Purpose is null);
        (elsewhere ? own : sockets).Emit(name, payload);
    }
}
