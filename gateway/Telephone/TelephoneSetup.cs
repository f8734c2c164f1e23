using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>Registers the telephone bridge; without an Asterisk only the extensions.</summary>
internal static class TelephoneSetup
{
    public static void AddTelephone(this IServiceCollection services, SettingsReader settings)
    {
        var options = BridgeOptions.Read(settings);
        services.AddSingleton(options).AddSingleton<TelephoneMetrics>();
        if (options.Ari is not { } ari)
            return;
        services.AddSingleton(provider => new AriClient(ari, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BridgeServices>().AddSingleton<TelephoneBridge>();
        services.AddHostedService(provider => provider.GetRequiredService<TelephoneBridge>());
        services.AddHealthChecks().AddCheck<AriCheck>("ari");
    }

    /// <summary>Never unhealthy: calls between apps work without telephones.</summary>
    private sealed class AriCheck(TelephoneBridge bridge) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(bridge.State == BridgeState.Down ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
    }
}
