using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Dialects.Agora;
using OrleansCalls.Gateway.Dialects.PlainSockets;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>The routes and sockets of dialect <c>rooms</c>.</summary>
internal static class RoomRoutes
{
    private const int Patience = 10;
    private const int AnswerBytes = 1024 * 1024;

    /// <summary>Registers the dialect and the room directories: the list in the configuration before the homeserver.</summary>
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddSingleton<RoomDialect>().AddSingleton<RoomIdentity>().AddSingleton<RoomCalls>();
        services.AddSingleton<IRoomDirectory, ListedRooms>();
        services.AddSingleton(provider => new Homeserver(
            provider.GetRequiredService<RoomOptions>(),
            new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            {
                Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = AnswerBytes,
            },
            provider.GetRequiredService<ILogger<Homeserver>>()));
        services.AddSingleton<TokenLookups>().AddSingleton<UnregisteredSockets>();
        services.AddSingleton<IRoomDirectory>(provider => provider.GetRequiredService<RoomOptions>().Homeserver is null
            ? new NoHomeserver()
            : provider.GetRequiredService<Homeserver>());
    }

    public static void MapRooms(this IEndpointRouteBuilder app)
    {
        PlainSocketHost.Map(app, DialectSetup.SocketPath, Serve).AllowAnonymous();
        app.MapGet("/call-config.json", Config).AllowAnonymous().WithTags("Dialect 003").WithName("getCallConfig")
            .Shaped("baseUrl: text, websocketUrl: text, homeserverUrl: text, iceServers: [IceServer]")
            .WithSummary("Where clients find everything");
        var calls = app.MapGroup("/api/calls").AllowAnonymous().WithTags("Dialect 003");
        calls.MapPost("/initiate", (HttpContext context, RoomCalls rooms, SuccessAnswers answers) =>
                answers.Answer(context, $"{DialectNames.Rooms} initiate", body => rooms.Initiate(context, body)))
            .WithName("initiateRoomCall")
            .MayFail(CallErrorCode.Unauthenticated, CallErrorCode.Forbidden, CallErrorCode.Conflict, CallErrorCode.RateLimited)
            .Shaped(
                "success: true, callId: callId, callType: voice|video, roomId: text, status: text, message: text, notifiedLive: whole, pending: whole, "
                + "iceServers: [IceServer]",
                "roomId: id, callType: text, callId?: id, ringSeconds?: whole, accessToken?: text, userId?: text",
                error: SuccessAnswers.RefusedShape)
            .WithSummary("Rings all members of a room");
        MapCommand("answer", "Takes a call", rooms => rooms.Answer, needsBody: true);
        MapCommand("reject", "Declines a call", rooms => rooms.Reject, needsBody: false, RestRejection.Failed);
        MapCommand("end", "Ends a call", rooms => rooms.End, needsBody: false);

        void MapCommand(
            string name, string summary, Func<RoomCalls, Func<HttpContext, string, JsonElement, Task<JsonObject>>> command,
            bool needsBody, string? failed = null)
        {
            var route = calls.MapPost(
                    $"/{{callId}}/{name}",
                    (HttpContext context, string callId, RoomCalls rooms, SuccessAnswers answers) =>
                        answers.Answer(
                            context, $"{DialectNames.Rooms} {name}",
                            body => command(rooms)(context, callId, body), failed, needsBody))
                .WithName($"{name}RoomCall").MayFail(
                    CallErrorCode.Unauthenticated, CallErrorCode.Forbidden, CallErrorCode.Conflict, CallErrorCode.Ended,
                    CallErrorCode.RateLimited)
                .Shaped(
                    "success: true, message: text, callId: callId, status: text",
                    "accessToken?: text, userId?: text, reason?: text",
                    error: SuccessAnswers.RefusedShape)
                .WithSummary(summary);
            if (!needsBody)
                route.OptionalBody();
        }
    }

    private static JsonAnswer Config(HttpContext context, DialectOptions options, RoomOptions rooms, RoomDialect dialect)
    {
        var here = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
        var user = context.User.Identity?.IsAuthenticated == true && context.User.OnlyCall() is null
            ? context.User.UserId()
            : null;
        context.Response.Headers.CacheControl = "no-store";
        return new JsonAnswer(new JsonObject
        {
            ["baseUrl"] = here,
            ["websocketUrl"] = here,
            ["homeserverUrl"] = rooms.Homeserver?.AbsoluteUri.TrimEnd('/') ?? "",
            ["iceServers"] = dialect.IceServers(user),
        });
    }

    // The socket is anonymous until a register-user message that matches its token; the token comes with the socket or the
    // message.
    private static async Task Serve(HttpContext context)
    {
        var services = context.RequestServices;
        var dialect = services.GetRequiredService<RoomDialect>();
        var sessions = services.GetRequiredService<DialectSessions>();
        using var unregistered = services.GetRequiredService<UnregisteredSockets>().Enter(context.Connection.RemoteIpAddress);
        using var socket = await services.GetRequiredService<PlainSocketHost>().Accept(context, isUnregistered: true);
        unregistered.Watch(socket);
        DialectSession? session = null;
        var faults = 0;
        try
        {
            await socket.Run(Receive, Refuse);
        }
        finally
        {
            if (session is not null)
                sessions.Detach(session, socket);
        }

        async Task Receive(string name, JsonElement body)
        {
            if (session is not null)
            {
                await session.Receive(socket, name, body);
                return;
            }

            if (name != RoomDialect.Register)
            {
                Refuse(new CallError
                {
                    Code = CallErrorCode.Unauthenticated, Detail = $"The first message is {RoomDialect.Register}.",
                });
                return;
            }

            if (await Identify(context, socket, body) is not { } client)
                return;
            services.GetRequiredService<UserRates>().Take(client.UserId);
            unregistered.Dispose();
            socket.Trust();
            session = await sessions.Attach(dialect, client, socket);
        }

        void Refuse(CallError error)
        {
            dialect.Refuse(socket, callId: null, error);
            if (session is null && ++faults == Patience)
                socket.Close(CloseReason.BadMessage);
        }
    }

    private static async Task<DialectClient?> Identify(HttpContext context, PlainSocket socket, JsonElement body)
    {
        var services = context.RequestServices;
        var dialect = services.GetRequiredService<RoomDialect>();
        try
        {
            if (body.Text("userId") is null)
                throw CallException.Invalid("userId is missing.");
            var (user, _) = await services.GetRequiredService<RoomIdentity>().Of(context, body);
            socket.CloseAt(services.GetRequiredService<TokenReader>().GoodUntil(user));
            return DialectClient.Of(dialect, user, context.Request, RoomIdentity.TokenOf(context.Request, body));
        }
        catch (Exception exception)
        {
            var error = services.GetRequiredService<CommandGate>().Translate(
                exception, $"{DialectNames.Rooms} {RoomDialect.Register}", userId: null);
            dialect.Refuse(socket, callId: null, error);
            socket.Close(error.Code switch
            {
                CallErrorCode.Forbidden => CloseReason.Forbidden,
                CallErrorCode.Unauthenticated => CloseReason.Unauthenticated,
                CallErrorCode.InvalidArgument => CloseReason.BadMessage,
                _ => CloseReason.Unavailable,
            }, $"{error.Code.Wire()}: {error.Detail}");
            return null;
        }
    }

    private sealed class NoHomeserver : IRoomDirectory
    {
        public Task<ImmutableArray<RoomMember>?> GetMembers(
            string roomId, string asker, string? accessToken, CancellationToken cancellation) =>
            Task.FromResult<ImmutableArray<RoomMember>?>(null);
    }
}
