using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>
/// Clients over Socket.IO. A connection is one socket of a device. The user comes from the token of the handshake; the dialect
/// from <c>dialect</c> in its <c>auth</c> or query, else from the events that the client sends.
/// </summary>
public sealed class SocketIoHandler(
    SocketIoDialects dialects, DialectSessions sessions, RoomIdentity identity, TokenReader tokens, UserRates rates,
    DrainState drain, TimeProvider time,
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
            // A refused client does not reconnect by itself; one whose transport closes does.
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
        dialects.Identify(client.Socket, name);
        return client.Session.Receive(
            client.Socket, name, arguments.Count > 0 ? arguments[0] : default,
            ack is null ? null : error => ack.Send(Answer(error)));
    }

    /// <inheritdoc/>
    public Task OnDisconnected(SocketIoSocket socket, DisconnectReason reason)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var client = (Client)socket.State!;
        client.Expiry?.Dispose();
        if (reason == DisconnectReason.ClientDisconnected)
            client.Socket.OnClosedByClient();
        sessions.Detach(client.Session, client.Socket);
        return Task.CompletedTask;
    }

    private async Task<ConnectOutcome> Connect(SocketIoSocket socket, CancellationToken cancellation)
    {
        var user = await UserOf(socket.Handshake, cancellation);
        // Refusing is better than closing at once, after which the client would reconnect again and again.
        var goodUntil = tokens.GoodUntil(user);
        if (goodUntil <= time.GetUtcNow())
            throw new CallException(CallErrorCode.Unauthenticated, "The token has expired.");
        rates.Take(user.UserId());
        var dialectSocket = new SocketIoDialectSocket(socket);
        if (ChosenIn(socket.Handshake) is { } chosen)
        {
            var dialect = dialects.Find(chosen)
                ?? throw CallException.Invalid($"dialect must be one of {string.Join(", ", dialects.Enabled)}, or be left out.");
            dialectSocket.SetDialect(dialect, wasAssumed: true);
        }

        var session = await sessions.Attach(dialects, ClientOf(user, socket.Handshake), dialectSocket);
        if (dialectSocket.Accept() is var (why, detail))
        {
            sessions.Detach(session, dialectSocket);
            var code = SocketIoDialectSocket.MayComeBack(why) ? CallErrorCode.Unavailable : CallErrorCode.Conflict;
            throw new CallException(code, detail ?? "This server is not there for it.");
        }

        socket.State = new Client(session, dialectSocket, TokenExpiry.Watch(dialectSocket, goodUntil, time));
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
        return DialectClient.Of(dialects, user, string.IsNullOrEmpty(named) ? query.ToString() : named, program, handshake.Token);
    }

    private static ConnectOutcome Refusal(CallError error) => ConnectOutcome.Refused(error.Detail, error.Code.Wire());

    private static JsonObject Answer(CallError? error) => error is null
        ? new JsonObject { ["success"] = true }
        : new JsonObject { ["success"] = false, ["error"] = DialectFields.Error(error) };

    private sealed record Client(DialectSession Session, SocketIoDialectSocket Socket, IDisposable? Expiry);
}
