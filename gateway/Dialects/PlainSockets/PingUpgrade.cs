using Microsoft.AspNetCore.Http.Features;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>Puts a <see cref="PulseStream"/> under the WebSocket that a request becomes.</summary>
internal sealed class PulseUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <summary>The stream, once the request is a WebSocket.</summary>
    public PulseStream? Stream { get; private set; }

    /// <inheritdoc/>
    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest ?? false;

    /// <inheritdoc/>
    public bool IsExtendedConnect => connect?.IsExtendedConnect ?? false;

    /// <inheritdoc/>
    public string? Protocol => connect?.Protocol;

    /// <summary>To be done before the framework looks at the request.</summary>
    public static void Prepare(IFeatureCollection features)
    {
        var (upgrade, connect) = (features.Get<IHttpUpgradeFeature>(), features.Get<IHttpExtendedConnectFeature>());
        var pulse = new PulseUpgrade(upgrade, connect);
        features.Set(pulse);
        if (upgrade is not null)
            features.Set<IHttpUpgradeFeature>(pulse);
        if (connect is not null)
            features.Set<IHttpExtendedConnectFeature>(pulse);
    }

    /// <inheritdoc/>
    public async Task<Stream> UpgradeAsync() => Stream = new PulseStream(await upgrade!.UpgradeAsync());

    /// <inheritdoc/>
    public async ValueTask<Stream> AcceptAsync() => Stream = new PulseStream(await connect!.AcceptAsync());
}
