using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Puts Socket.IO into an application.</summary>
public static class SocketIoSetup
{
    /// <summary>Adds the transport, for one handler in the whole process.</summary>
    public static IServiceCollection AddSocketIo<THandler>(this IServiceCollection services, SocketIoOptions options)
        where THandler : class, ISocketIoHandler
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options).AddSingleton<ISocketIoHandler, THandler>();
        services.AddSingleton<EngineSessions>().AddHostedService(s => s.GetRequiredService<EngineSessions>());
        return services;
    }

    /// <summary>
    /// Serves it. Its clients connect without an <c>Authorization</c> that the application demands: who they are is asked by the
    /// handler. Polling from pages of other origins follows the CORS policy of the application, or what is added to the result.
    /// </summary>
    public static IEndpointConventionBuilder MapSocketIo(this IEndpointRouteBuilder routes, string path = "/socket.io")
    {
        var pipeline = routes.CreateApplicationBuilder();
        // The protocol has its own pings.
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        pipeline.Run(new SocketIoEndpoint(routes.ServiceProvider.GetRequiredService<EngineSessions>()).Handle);
        return routes.Map(path, pipeline.Build()).AllowAnonymous().WithDisplayName("Socket.IO");
    }
}
