using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>Services shared by the calls of a bridge.</summary>
internal sealed class BridgeServices(
    BridgeOptions options, AriClient ari, CallCommands commands, TelephoneMetrics metrics, ConnectionOpener opener,
    GatewayIdentity gateway,
    GatewayOptions gatewayOptions, GatewayMetrics gatewayMetrics, TimeProvider time, ILogger<TelephoneBridge> log,
    ILogger<ClientConnection> connectionLog)
{
    public BridgeOptions Options => options;

    public string App => options.Ari!.App;

    public AriClient Ari => ari;

    public CallCommands Commands => commands;

    public TelephoneMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public ILogger Log => log;

    public TelephoneLine NewLine(InboundChannel inbound, ChannelWriter<BridgeEvent> inbox, Action leave) =>
        new(inbound, opener, gateway, gatewayOptions, gatewayMetrics, time, connectionLog, inbox, leave);
}
