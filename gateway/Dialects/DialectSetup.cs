using OrleansCalls.Gateway.Dialects.Agora;
using OrleansCalls.Gateway.Dialects.Channels;
using OrleansCalls.Gateway.Dialects.Notifications;
using OrleansCalls.Gateway.Dialects.PlainSockets;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Dialects.SocketIoClients;
using OrleansCalls.Gateway.Dialects.Telephone;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects;

/// <summary>Services and routes of the dialects.</summary>
public static class DialectSetup
{
    /// <summary>The path of all plain WebSockets; the root is an alias.</summary>
    internal const string SocketPath = "/ws";

    /// <summary>The path of Socket.IO.</summary>
    internal const string SocketIoPath = "/socket.io";

    /// <summary>Registers the shared services and the dialects.</summary>
    public static void AddDialects(this IServiceCollection services, SettingsReader settings)
    {
        services.AddSingleton(DialectOptions.Read(settings)).AddSingleton(RoomOptions.Read(settings));
        services.AddSingleton<DialectServices>().AddSingleton<BoundDevices>().AddSingleton<DialectSessions>()
            .AddSingleton<PlainSocketHost>();
        services.AddSingleton<TokenReader>();
        services.AddSingleton<SuccessAnswers>().AddSingleton<RequestDevices>();
        services.AddSingleton<NotificationDialect>();
        services.AddRooms();
        services.AddAgora();
        services.AddSingleton<ISocketIoDialect, ChannelDialect>();
        services.AddSingleton<ISocketIoDialect>(provider => provider.GetRequiredService<AgoraDialect>());
        services.AddSingleton<ISocketIoDialect>(provider => provider.GetRequiredService<RoomDialect>());
        services.AddSingleton<SocketIoDialects>();
        services.AddSocketIo<SocketIoHandler>(SocketIoOptions.Read(settings));
    }

    /// <summary>Rewrites a WebSocket at the root, which also serves the page, to <see cref="SocketPath"/>.</summary>
    public static void UseRootSocket(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path == "/" && PlainSocketHost.IsUpgrade(context))
            context.Request.Path = SocketPath;
        return next(context);
    });

    /// <summary>Maps the enabled dialects.</summary>
    public static void MapDialects(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.ServiceProvider.GetRequiredService<DialectOptions>();
        if (options.Has(DialectNames.Notifications))
            app.MapNotifications();
        if (options.Has(DialectNames.Rooms))
            app.MapRooms();
        if (options.Has(DialectNames.Agora))
            app.MapAgora(rejectsRooms: !options.Has(DialectNames.Rooms));
        if (options.Has(DialectNames.Telephone))
            app.MapCallResponse();
        if (app.ServiceProvider.GetRequiredService<SocketIoDialects>().Enabled.Any())
            app.MapSocketIo(SocketIoPath);
    }

    /// <summary>Returns true if a request is an upgrade to a dialect's plain WebSocket.</summary>
    internal static bool IsPlainSocket(HttpContext context) =>
        (context.Request.Path == "/" || context.Request.Path.StartsWithSegments(SocketPath))
            && PlainSocketHost.IsUpgrade(context);
}
