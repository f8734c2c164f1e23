using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Channels;

/// <summary>
/// Dialect <c>channels</c>: a call is a channel, whose id the caller generates; the invite carries the offer.
/// </summary>
public sealed class ChannelDialect(CallCommands calls) : ISocketIoDialect
{
    private const string Id = "channelId";
    private const string Ended = "call-ended";
    private const int RingSeconds = 180;

    private static readonly DialectMessages All = new(
        [
            new("call-invite", "Starts a call",
                "channelId: callId, offer: SessionDescription, to?: id, calleeId?: id, receiverId?: id, callType?: text, "
                + "ringSeconds?: whole, ..."),
            new("call-accept", "Takes the call on this device", "channelId: callId, answer?: SessionDescription"),
            new("call-reject", "Declines", "channelId: callId, reason?: text"),
            new("call-end", "Cancels or hangs up", "channelId: callId, reason?: text"),
            new("call-request-offer", "Asks for the caller's offer", "channelId: callId"),
            new("ice-candidate", "Sends a candidate to the peer device", "channelId: callId, candidate?: any"),
        ],
        [
            new("call-invite", "This device must ring",
                "channelId: callId, from: userId, offer?: SessionDescription, to?: id, calleeId?: id, receiverId?: id, "
                + "callType?: text, callerName?: text, ..."),
            new("call-accepted", "A callee accepted", "channelId: callId, answer?: any"),
            new("call-offer", "The caller's offer", "channelId: callId, offer: any"),
            new("ice-candidate", "A candidate of the peer device", "channelId: callId, candidate: any, from: userId"),
            new("call-rejected", "A callee declined", "channelId: callId"),
            new(Ended, "The call is over for this device", "channelId: text?, reason: text"),
            new("call-error", "The client's message was refused", "channelId: text?, code: code, message: text"),
        ]);

    /// <inheritdoc/>
    public string Name => DialectNames.Channels;

    /// <inheritdoc/>
    public DialectMessages Messages => All;

    /// <inheritdoc/>
    public bool Knows(string name) => All.IsSentByClients(name);

    /// <inheritdoc/>
    public string? CallIdOf(string name, JsonElement body) => body.Text(Id);

    /// <inheritdoc/>
    public void Opened(DialectSession session, DialectSocket socket)
    {
        // This dialect has no greeting.
    }

    /// <inheritdoc/>
    public Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(socket);
        var channelId = body.Text(Id) ?? throw CallException.Invalid($"{Id} is missing.");
        return name switch
        {
            "call-invite" => Invite(session, socket, channelId, body),
            "call-accept" => Show(session, calls.Accept(
                session.Actor, new AcceptCallRequest { CallId = channelId, Answer = body.Description("answer") })),
            "call-reject" => Show(session, calls.Reject(session.Actor, Reason(channelId, body))),
            "call-end" => Show(session, calls.End(session.Actor, Reason(channelId, body))),
            "call-request-offer" => GiveOffer(session, socket, channelId),
            "ice-candidate" => calls.Signal(session.Actor, new SendSignalRequest
            {
                CallId = channelId, Kind = SignalKind.Candidate, Payload = body.Candidate(),
            }),
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
                to.Emit("call-invite", Invitation(e, to.Session.Actor.UserId));
                break;
            case CallAccepted or CallReady when await Acceptance.Of(to.Session, what, Name) is { } taken:
                Accepted(to, taken.CallId, taken.Answer is null ? null : DialectFields.Json(taken.Answer));
                break;
            case SignalReceived { Kind: SignalKind.Answer } e:
                Accepted(to, e.CallId, JsonNode.Parse(e.Payload));
                break;
            case SignalReceived { Kind: SignalKind.Offer } e:
                to.Emit("call-offer", new JsonObject { [Id] = e.CallId, ["offer"] = JsonNode.Parse(e.Payload) });
                break;
            case SignalReceived { Kind: SignalKind.Candidate } e:
                to.Emit("ice-candidate", new JsonObject
                {
                    [Id] = e.CallId, ["candidate"] = JsonNode.Parse(e.Payload), ["from"] = e.FromUserId,
                });
                break;
            case CallRejected e:
                to.Emit("call-rejected", new JsonObject { [Id] = e.CallId });
                break;
            case CallEnded e:
                to.Emit(Ended, EndOf(e));
                break;
        }
    }

    /// <inheritdoc/>
    public void Refuse(DialectSocket socket, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        socket.Emit("call-error", DialectFields.Error(error, Id, callId));
    }

    /// <inheritdoc/>
    public bool Rings(string name) => name == "call-invite";

    /// <inheritdoc/>
    public void SendNoCall(DialectSocket socket, string name, string? callId, CallError error)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(error);
        socket.Emit(Ended, new JsonObject { [Id] = callId, ["reason"] = error.Code.Wire() });
    }

    private static JsonObject Invitation(CallIncoming ring, string me)
    {
        var invitation = new JsonObject { [Id] = ring.CallId };
        foreach (var (name, value) in InviteFields.Restore(ring.Call.Metadata))
            invitation[name] = value;
        // The invite of a caller with another dialect holds no fields that clients of this one look for.
        if (!InviteFields.Callee.Any(invitation.ContainsKey))
        {
            invitation["to"] = me;
            invitation["callType"] = DialectFields.VoiceOrVideo(ring.Call.Media);
            if (ring.Call.Caller.Name.Length > 0)
                invitation["callerName"] = ring.Call.Caller.Name;
        }

        if (ring.Offer is { } offer)
            invitation["offer"] = DialectFields.Json(offer);
        invitation["from"] = ring.Call.Caller.Id;
        return invitation;
    }

    private static void Accepted(DialectAudience to, string channelId, JsonNode? answer)
    {
        var accepted = new JsonObject { [Id] = channelId };
        if (answer is not null)
            accepted["answer"] = answer;
        to.Emit("call-accepted", accepted);
    }

    private static JsonObject EndOf(CallEnded end) => new() { [Id] = end.CallId, ["reason"] = end.Reason.Wire() };

    private static ReasonRequest Reason(string channelId, JsonElement body) =>
        new() { CallId = channelId, Reason = body.Reason() };

    // Only the SDP reliably distinguishes voice from video; the app's own field is optional.
    private static CallMedia MediaOf(JsonElement invite, string? sdp)
    {
        var said = invite.Find("callType") is { ValueKind: JsonValueKind.String } type
            ? type.GetString()!.ToUpperInvariant()
            : null;
        return said switch
        {
            "VIDEO" => CallMedia.Video,
            "VOICE" or "AUDIO" => CallMedia.Audio,
            _ => sdp?.Contains("m=video", StringComparison.Ordinal) == true ? CallMedia.Video : CallMedia.Audio,
        };
    }

    private static async Task Show(DialectSession session, Task<Call> answer) => session.ShowEnd(await answer);

    private async Task Invite(DialectSession session, DialectSocket socket, string channelId, JsonElement body)
    {
        var offer = body.Description("offer")
            ?? throw CallException.Invalid("offer is missing: an invite carries the caller's offer, with type and sdp.");
        var callee = InviteFields.Callee.Select(field => body.Text(field)).FirstOrDefault(id => id is not null)
            ?? throw CallException.Invalid($"The callee is missing: {string.Join(", ", InviteFields.Callee)}.");
        var end = await session.Start(calls, new StartCallRequest
        {
            CallId = channelId,
            CalleeIds = [callee],
            Media = MediaOf(body, offer.Sdp),
            Offer = offer,
            Metadata = InviteFields.Keep(body),
            RingSeconds = body.Whole("ringSeconds") ?? RingSeconds,
        });
        if (end is not null)
            socket.Emit(Ended, EndOf(end));
    }

    private async Task GiveOffer(DialectSession session, DialectSocket socket, string channelId)
    {
        var given = await calls.RequestOffer(session.Actor, channelId);
        socket.Emit("call-offer", new JsonObject { [Id] = given.CallId, ["offer"] = DialectFields.Json(given.Offer) });
    }
}
