using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>
/// Clients that come over Socket.IO. A connection is one line of a device; who speaks is told by the token of the handshake, and what
/// is spoken by <c>dialect</c> in its <c>auth</c> or query, else by the events that the client uses.
/// </summary>
public sealed class SocketIoHandler(
    SocketIoSpeech speech, DialectSessions sessions, RoomIdentity identity, TokenReader tokens, UserRates rates, DrainState drain, TimeProvider time,
    ILogger<SocketIoHandler> log)
    : ISocketIoHandler
{
    private const string Choice = "dialect";

    /// <inheritdoc/>
    public async ValueTask<ConnectOutcome> OnConnect(SocketIoSocket socket, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            drain.Refuse();
            return await Connect(socket, cancellation);
        }
        catch (CallException refused) when (refused.Error.Code is CallErrorCode.Unavailable)
        {
            // A refused client stays away until its app has another idea; one whose connection is lost tries again.
            socket.Disconnect(mayReconnect: true);
            return Refusal(refused.Error);
        }
        catch (CallException refused)
        {
            return Refusal(refused.Error);
        }
    }

    /// <inheritdoc/>
    public Task OnEvent(SocketIoSocket socket, string name, IReadOnlyList<JsonElement> arguments, SocketIoAck? ack)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(arguments);
        var client = (Client)socket.State!;
        speech.Heard(client.Line, name);
        return client.Session.Receive(
            client.Line, name, arguments.Count > 0 ? arguments[0] : default, ack is null ? null : error => ack.Send(Answer(error)));
    }

    /// <inheritdoc/>
    public Task OnDisconnected(SocketIoSocket socket, DisconnectReason reason)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var client = (Client)socket.State!;
        client.Expiry?.Dispose();
        if (reason == DisconnectReason.ClientDisconnected)
            client.Line.SayGoodbye();
        sessions.Detach(client.Session, client.Line);
        return Task.CompletedTask;
    }

    private async Task<ConnectOutcome> Connect(SocketIoSocket socket, CancellationToken cancellation)
    {
        var user = await UserOf(socket.Handshake, cancellation);
        // A connection that would be closed at once is none: its client would come back, and back again.
        var goodUntil = tokens.GoodUntil(user);
        if (goodUntil <= time.GetUtcNow())
            throw new CallException(CallErrorCode.Unauthenticated, "The token has expired.");
        rates.Take(user.UserId());
        var line = new SocketIoLine(socket);
        if (ChosenIn(socket.Handshake) is { } chosen)
        {
            var dialect = speech.Find(chosen)
                ?? throw CallException.Invalid($"dialect must be one of {string.Join(", ", speech.Spoken)}, or be left out.");
            line.Speak(dialect, wasAssumed: true);
        }

        var session = await sessions.Attach(speech, ClientOf(user, socket.Handshake), line);
        if (line.Accept() is var (why, detail))
        {
            sessions.Detach(session, line);
            var code = SocketIoLine.MayComeBack(why) ? CallErrorCode.Unavailable : CallErrorCode.Conflict;
            throw new CallException(code, detail ?? "This server is not there for it.");
        }

        socket.State = new Client(session, line, TokenExpiry.Watch(line, goodUntil, time));
        GatewayLog.SocketIoConnected(log, socket.Id, session.Actor.UserId, session.Actor.DeviceId!);
        return ConnectOutcome.Accepted;
    }

    private async Task<ClaimsPrincipal> UserOf(SocketIoHandshake handshake, CancellationToken cancellation)
    {
        if (handshake.Token is not { } token)
            throw new CallException(CallErrorCode.Unauthenticated, "A token is needed: auth: {token}, or token in the query.");
        return (await identity.Read(token, cancellation))?.Principal
            ?? throw new CallException(CallErrorCode.Unauthenticated, "The token is not valid, or has expired.");
    }

    private static string? ChosenIn(SocketIoHandshake handshake) =>
        InAuth(handshake, Choice) ?? (handshake.Query.TryGetValue(Choice, out var chosen) ? chosen.ToString() : null);

    private static string? InAuth(SocketIoHandshake handshake, string field) => handshake.Auth?.Text(field);

    private DialectClient ClientOf(ClaimsPrincipal user, SocketIoHandshake handshake)
    {
        handshake.Headers.TryGetValue(RestCaller.Device, out var header);
        handshake.Headers.TryGetValue("User-Agent", out var program);
        handshake.Query.TryGetValue("deviceId", out var query);
        var named = InAuth(handshake, "deviceId") ?? (header.Count == 0 ? null : IdText.FromHeader(header.ToString()));
        return DialectClient.Of(speech, user, string.IsNullOrEmpty(named) ? query.ToString() : named, program, handshake.Token);
    }

    private static ConnectOutcome Refusal(CallError error) => ConnectOutcome.Refused(error.Detail, error.Code.Wire());

    private static JsonObject Answer(CallError? error) => error is null
        ? new JsonObject { ["success"] = true }
        : new JsonObject { ["success"] = false, ["error"] = DialectFields.Error(error) };

    private sealed record Client(DialectSession Session, SocketIoLine Line, IDisposable? Expiry);
}
