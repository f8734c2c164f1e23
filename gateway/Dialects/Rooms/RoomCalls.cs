using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.Agora;
using OrleansCalls.Gateway.Dialects.SocketIoClients;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>The commands of dialect <c>rooms</c>: a call to a room is one call with a leg for each other member.</summary>
public sealed class RoomCalls(
    CallCommands calls, UserCommands users, RequestDevices devices, IEnumerable<IRoomDirectory> directories, RoomDialect dialect,
    RoomIdentity identity, RestRejection rejection, ILogger<RoomCalls> log)
{
    private const int RingSeconds = 60;
    private static readonly ImmutableArray<string> Spoken = [RoomDialect.Tag, SocketIoDialects.SharedName];

    /// <summary>Calls all other members of a room.</summary>
    public async Task<JsonObject> Initiate(HttpContext context, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(context);
        var roomId = Check.Id(body.Text("roomId"), "roomId", CallLimits.ConversationId);
        var media = body.Media("callType");
        var (user, token) = await identity.Of(context, body);
        var members = await Members(roomId, user.UserId(), token, context.RequestAborted);
        ImmutableArray<string> callees = [.. members.Select(member => member.UserId).Where(id => id != user.UserId()).Distinct()];
        if (callees.IsEmpty)
            throw CallException.Invalid("There is nobody else in this room.");
        if (callees.Length > CallLimits.Callees)
            throw CallException.Invalid(
                $"The room has {callees.Length} other members; a call rings {CallLimits.Callees} at most.");

        var name = user.DisplayName() ?? members.FirstOrDefault(member => member.UserId == user.UserId())?.Name;
        var call = await calls.Start(await ActorOf(context, body, user, name), new StartCallRequest
        {
            CallId = body.Text("callId"),
            CalleeIds = callees,
            Media = media,
            ConversationId = roomId,
            RingSeconds = body.Whole("ringSeconds") ?? RingSeconds,
        });
        var (live, pending) = await Reached(call);
        GatewayLog.RoomCalled(log, call.CallId, roomId, live, pending);
        return new JsonObject
        {
            ["callId"] = call.CallId,
            ["callType"] = DialectFields.VoiceOrVideo(call.Media),
            ["roomId"] = roomId,
            ["status"] = call.State.Wire(),
            ["message"] = $"{live} user(s) notified live, {pending} stored as pending",
            ["notifiedLive"] = live,
            ["pending"] = pending,
            ["iceServers"] = dialect.IceServers(user.UserId()),
        };
    }

    /// <summary>Accepts a call.</summary>
    public Task<JsonObject> Answer(HttpContext context, string callId, JsonElement body) =>
        Act(context, callId, body, "Call answered", (actor, id) => calls.Accept(actor, new AcceptCallRequest { CallId = id }));

    /// <summary>Rejects a call. Dialect <c>agora</c> has the same route.</summary>
    public Task<JsonObject> Reject(HttpContext context, string callId, JsonElement body) => Act(
        context, callId, body, RestRejection.Done, (actor, id) => rejection.Reject(actor, id, body.Reason()));

    /// <summary>Cancels or ends a call.</summary>
    public Task<JsonObject> End(HttpContext context, string callId, JsonElement body) => Act(
        context, callId, body, "Call ended",
        (actor, id) => calls.End(actor, new ReasonRequest { CallId = id, Reason = body.Reason() }));

    private async Task<JsonObject> Act(
        HttpContext context, string callId, JsonElement body, string message, Func<Actor, string, Task<Call>> command)
    {
        var actor = await ActorIn(context, callId, body);
        var call = await command(actor, callId);
        return new JsonObject { ["message"] = message, ["callId"] = call.CallId, ["status"] = call.State.Wire() };
    }

    private async Task<Actor> ActorIn(HttpContext context, string callId, JsonElement body)
    {
        // A back end acts for its users with its own token, as in the rest of the REST API.
        if (context.Request.Headers.ContainsKey(RestCaller.ActAs))
        {
            var me = RestCaller.Of(context, callId).Actor;
            return await devices.ActorOf(context, me, RoomIdentity.TokenOf(context.Request, body), Spoken);
        }

        var (user, _) = await identity.Of(context, body);
        return await ActorOf(context, body, user, user.DisplayName());
    }

    private async Task<ImmutableArray<RoomMember>> Members(
        string roomId, string asker, string? accessToken, CancellationToken cancellation)
    {
        foreach (var directory in directories)
        {
            if (await directory.GetMembers(roomId, asker, accessToken, cancellation) is { } members)
                return members;
        }

        // The existence of a room is not disclosed to users who are not in it.
        throw CallException.Forbidden("You are not in this room.");
    }

    private Task<Actor> ActorOf(HttpContext context, JsonElement body, ClaimsPrincipal user, string? name)
    {
        var me = user.ToActor(DialectDevice.ClaimedBy(context.Request)) with { Name = name };
        return devices.ActorOf(context, me, RoomIdentity.TokenOf(context.Request, body), Spoken);
    }

    // As of the moment the call was stored: which ringing users have a live connection, in any protocol.
    private async Task<(int Live, int Pending)> Reached(Call call)
    {
        var ringing = call.Legs.Where(leg => leg.State.IsPending);
        var presences = await Task.WhenAll(ringing.Select(leg => users.GetPresence(call.Caller!.Id, leg.UserId)));
        var live = presences.Count(presence => presence.Online);
        return (live, presences.Length - live);
    }
}
