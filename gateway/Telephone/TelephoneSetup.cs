using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>The telephone bridge as services of a gateway; without an Asterisk only the table of extensions.</summary>
internal static class TelephoneSetup
{
    /// <summary>Adds it.</summary>
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

    /// <summary>Calls between apps go on without telephones: never a reason to send nobody here.</summary>
    private sealed class AriCheck(TelephoneBridge bridge) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(bridge.State == BridgeState.Down ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
    }
}
