using OrleansCalls.Gateway.Dialects.Agora;
using OrleansCalls.Gateway.Dialects.Channels;
using OrleansCalls.Gateway.Dialects.Notifications;
using OrleansCalls.Gateway.Dialects.PlainSockets;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Dialects.SocketIoClients;
using OrleansCalls.Gateway.Dialects.Telephone;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects;

/// <summary>Puts the dialects into the application.</summary>
public static class DialectSetup
{
    /// <summary>Where all plain WebSockets are; the root is an alias of it.</summary>
    internal const string SocketPath = "/ws";

    /// <summary>Where Socket.IO is.</summary>
    internal const string SocketIoPath = "/socket.io";

    /// <summary>Adds what they share, and the dialects.</summary>
    public static void AddDialects(this IServiceCollection services, SettingsReader settings)
    {
        services.AddSingleton(DialectOptions.Read(settings)).AddSingleton(RoomOptions.Read(settings));
        services.AddSingleton<DialectServices>().AddSingleton<BoundDevices>().AddSingleton<DialectSessions>().AddSingleton<PlainSocketHost>();
        services.AddSingleton<TokenReader>();
        services.AddSingleton<SuccessAnswers>().AddSingleton<RequestDevices>();
        services.AddSingleton<NotificationDialect>();
        services.AddRooms();
        services.AddAgora();
        services.AddSingleton<ISocketIoDialect, ChannelDialect>();
        services.AddSingleton<ISocketIoDialect>(provider => provider.GetRequiredService<AgoraDialect>());
        services.AddSingleton<ISocketIoDialect>(provider => provider.GetRequiredService<RoomDialect>());
        services.AddSingleton<SocketIoSpeech>();
        services.AddSocketIo<SocketIoHandler>(SocketIoOptions.Read(settings));
    }

    /// <summary>A WebSocket at the root is one at <see cref="SocketPath"/>: the page has the root.</summary>
    public static void UseRootSocket(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path == "/" && PlainSocketHost.IsUpgrade(context))
            context.Request.Path = SocketPath;
        return next(context);
    });

    /// <summary>Maps those that are spoken here.</summary>
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
        if (app.ServiceProvider.GetRequiredService<SocketIoSpeech>().Spoken.Any())
            app.MapSocketIo(SocketIoPath);
    }

    /// <summary>Whether a request wants to become a dialect's plain WebSocket.</summary>
    internal static bool IsPlainSocket(HttpContext context) =>
        (context.Request.Path == "/" || context.Request.Path.StartsWithSegments(SocketPath)) && PlainSocketHost.IsUpgrade(context);
}
