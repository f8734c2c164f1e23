using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Registers and maps Socket.IO.</summary>
public static class SocketIoSetup
{
    /// <summary>Registers the transport, with one handler per process.</summary>
    public static IServiceCollection AddSocketIo<THandler>(this IServiceCollection services, SocketIoOptions options)
        where THandler : class, ISocketIoHandler
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options).AddSingleton<ISocketIoHandler, THandler>();
        services.AddSingleton<EngineSessions>().AddHostedService(s => s.GetRequiredService<EngineSessions>());
        return services;
    }

    /// <summary>
    /// Maps the transport. Clients connect without an <c>Authorization</c> header; the handler authenticates them. Polling from
    /// other origins follows the application's CORS policy, or one added to the result.
    /// </summary>
    public static IEndpointConventionBuilder MapSocketIo(this IEndpointRouteBuilder routes, string path = "/socket.io")
    {
        var pipeline = routes.CreateApplicationBuilder();
        // Socket.IO has its own pings.
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        pipeline.Run(new SocketIoEndpoint(routes.ServiceProvider.GetRequiredService<EngineSessions>()).Handle);
        return routes.Map(path, pipeline.Build()).AllowAnonymous().WithDisplayName("Socket.IO");
    }
}
