using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>The hub and its limits (architecture.md, "Numbers to design by").</summary>
internal static class HubSetup
{
    /// <summary>The interval of the server's pings.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>A connection is closed after this time without a message of its client.</summary>
    public static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(40);

    private const int MessageBytes = 128 * 1024;
    private const int PipeBytes = 64 * 1024;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds SignalR with the hub's filter and protocol.</summary>
    public static void AddCallHub(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = MessageBytes;
            hub.KeepAliveInterval = KeepAlive;
            hub.ClientTimeoutInterval = ClientTimeout;
            hub.MaximumParallelInvocationsPerClient = options.ParallelInvocations;
            hub.EnableDetailedErrors = false;
            hub.DisableImplicitFromServicesParameters = true;
            hub.AddFilter<CommandFilter>();
        }).AddJsonProtocol(json => WireJson.Apply(json.PayloadSerializerOptions));
        // Of several protocols with one name SignalR uses the last.
        services.AddSingleton<IHubProtocol, CallHubProtocol>();
        services.AddSingleton<CommandFilter>().AddSingleton<HubConnections>();
    }

    public static void MapCallHub(
        this IEndpointRouteBuilder app, GatewayOptions gateway) => app.MapHub<CallHub>(CallHub.Path, options =>
    {
        options.Transports = gateway.Transports;
        options.TransportMaxBufferSize = PipeBytes;
        options.ApplicationMaxBufferSize = PipeBytes;
        options.TransportSendTimeout = SendTimeout;
        options.CloseOnAuthenticationExpiration = true;
    });
}
