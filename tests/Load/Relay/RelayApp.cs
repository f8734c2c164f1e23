using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Load.Relay;

/// <summary>The bare relay as a program: <c>dotnet OrleansCalls.Load.dll relay</c>, address in <c>ASPNETCORE_URLS</c>.</summary>
internal static class RelayApp
{
    /// <summary>Where its hub is.</summary>
    public const string Hub = "/hubs/relay";

    /// <summary>Serves until it is killed.</summary>
    public static Task Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<RelayTable>();
        builder.Services.AddSignalR();
        var app = builder.Build();
        app.MapHub<RelayHub>(Hub, options => options.Transports = HttpTransportType.WebSockets);
        app.MapGet("/ready", () => "ready");
        return app.RunAsync();
    }
}
