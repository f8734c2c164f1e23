using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansCalls.Calls;
using OrleansCalls.Push;
using OrleansCalls.Users;
using OrleansCalls.Webhooks;

namespace OrleansCalls;

/// <summary>Registers the services of the grains in a silo.</summary>
public static class CallGrains
{
    /// <summary>
    /// Registers the grains' services. The host must provide: the grain storages <c>calls</c> and <c>users</c>, reminders, <see
    /// cref="IClusterMembers"/>, an <see cref="IOpenCallIndex"/>, and a <see cref="History.ICallHistory"/>. An <see
    /// cref="IPushSender"/> of the host replaces the one that only logs; an <see cref="IWebhookSender"/> and an <see
    /// cref="ICallAuthorizer"/> replace those that do nothing.
    /// </summary>
    public static IServiceCollection AddCallGrains(this IServiceCollection services, CallOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPushSender, LoggingPushSender>();
        services.TryAddSingleton<ActionKeys>();
        services.AddMetrics();
        services.TryAddSingleton<CallMetrics>();
        services.TryAddSingleton<LocalGateways>();
        services.TryAddSingleton<IWebhookSender, NoWebhooks>();
        services.TryAddSingleton<ICallAuthorizer, NoWebhooks>();
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton<CallWebhooks>();
        services.AddTransient<CallServices>();
        services.AddTransient<UserServices>();
        services.AddSingleton<OpenCallWaker>().AddHostedService(provider => provider.GetRequiredService<OpenCallWaker>());
        return services;
    }
}
