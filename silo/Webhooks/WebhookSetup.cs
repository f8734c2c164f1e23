using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Registers the webhooks of a silo.</summary>
internal static class WebhookSetup
{
    /// <summary>Adds what the settings configure. Without a URL nothing is added, stored or requested.</summary>
    internal static IServiceCollection AddWebhooks(this IServiceCollection services, SettingsReader settings)
    {
        var options = WebhookOptions.Read(settings);
        services.AddSingleton(options);
        if ((options.Url ?? options.AuthorizeUrl) is null)
            return services;
        services.TryAddSingleton<WebhookMetrics>();
        services.AddSingleton<WebhookClient>().AddSingleton<WebhookSender>().AddSingleton<CallAuthorizer>();
        services.TryAddSingleton<IWebhookSender>(provider => provider.GetRequiredService<WebhookSender>());
        services.TryAddSingleton<ICallAuthorizer>(provider => provider.GetRequiredService<CallAuthorizer>());
        services.AddHealthChecks().AddCheck<WebhookHealth>("webhooks", HealthStatus.Degraded, ["webhooks"]);
        return services;
    }
}

/// <summary>Reports whether the app's back end responds; never unhealthy, since calls go on and events wait.</summary>
internal sealed class WebhookHealth(WebhookSender sender, CallAuthorizer authorizer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sender.IsDown || authorizer.IsDown ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
}
