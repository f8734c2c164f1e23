using Microsoft.AspNetCore.Http.Features;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>Inserts a <see cref="PingStream"/> under the WebSocket of a request.</summary>
internal sealed class PingUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <summary>The stream; null until the request is upgraded.</summary>
    public PingStream? Stream { get; private set; }

    /// <inheritdoc/>
    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest ?? false;

    /// <inheritdoc/>
    public bool IsExtendedConnect => connect?.IsExtendedConnect ?? false;

    /// <inheritdoc/>
    public string? Protocol => connect?.Protocol;

    /// <summary>Must run before the framework reads these features of the request.</summary>
    public static void Prepare(IFeatureCollection features)
    {
        var (upgrade, connect) = (features.Get<IHttpUpgradeFeature>(), features.Get<IHttpExtendedConnectFeature>());
        var pings = new PingUpgrade(upgrade, connect);
        features.Set(pings);
        if (upgrade is not null)
            features.Set<IHttpUpgradeFeature>(pings);
        if (connect is not null)
            features.Set<IHttpExtendedConnectFeature>(pings);
    }

    /// <inheritdoc/>
    public async Task<Stream> UpgradeAsync() => Stream = new PingStream(await upgrade!.UpgradeAsync());

    /// <inheritdoc/>
    public async ValueTask<Stream> AcceptAsync() => Stream = new PingStream(await connect!.AcceptAsync());
}
