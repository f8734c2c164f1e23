using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Webhooks as services of a silo.</summary>
internal static class WebhookSetup
{
    /// <summary>Adds what the configuration sets up. Without an address nothing is added, and nothing is kept or asked.</summary>
    internal static void AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(WebhookOptions.Section);
        services.AddOptions<WebhookOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        var isOn = !string.IsNullOrWhiteSpace(section[nameof(WebhookOptions.Url)]);
        var asks = !string.IsNullOrWhiteSpace(section[nameof(WebhookOptions.AuthorizeUrl)]);
        if (!isOn && !asks)
            return;
        services.TryAddSingleton<WebhookMetrics>();
        services.AddSingleton<WebhookClient>().AddSingleton<WebhookSender>().AddSingleton<CallAuthorizer>();
        services.TryAddSingleton<IWebhookSender>(provider => provider.GetRequiredService<WebhookSender>());
        services.TryAddSingleton<ICallAuthorizer>(provider => provider.GetRequiredService<CallAuthorizer>());
        services.AddHealthChecks().AddCheck<WebhookHealth>("webhooks", HealthStatus.Degraded, ["webhooks"]);
    }
}

/// <summary>Whether the app's back end answers: never a reason to send no users here, calls go on and events wait.</summary>
internal sealed class WebhookHealth(WebhookSender sender, CallAuthorizer authorizer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sender.IsDown || authorizer.IsDown ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
}
