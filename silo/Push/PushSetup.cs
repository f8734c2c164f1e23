using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push.Apns;
using OrleansCalls.Silo.Push.Fcm;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo.Push;

/// <summary>Registers the push providers of a silo.</summary>
internal static class PushSetup
{
    /// <summary>Adds the configured providers, and logs which others are off.</summary>
    internal static IServiceCollection AddPush(this IServiceCollection services, SettingsReader settings)
    {
        var options = PushOptions.Read(settings);
        services.TryAddSingleton<PushMetrics>();
        services.AddSingleton(options).AddSingleton(_ => new PushServices(options.WebPush?.Origins ?? []));
        if (options.Fcm is { } fcm)
            services.AddSingleton(fcm).AddSingleton<IPushProvider, FcmProvider>();
        if (options.Apns is { } apns)
            services.AddSingleton(apns).AddSingleton<IPushProvider, ApnsProvider>();
        if (options.WebPush is { } webPush)
            services.AddSingleton(webPush).AddSingleton<IPushProvider, WebPushProvider>();
        services.AddSingleton<PushRouter>();
        services.TryAddSingleton<IPushSender>(provider => provider.GetRequiredService<PushRouter>());
        services.AddHostedService<PushNotice>();
        var health = services.AddHealthChecks().Add(Check("push_fcm", PushProvider.Fcm));
        if (options.Apns is not null)
            health.Add(Check("push_apns_voip", PushProvider.ApnsVoip));
        if (options.WebPush is not null)
            health.Add(Check("push_web_push", PushProvider.WebPush));
        return services;
    }

    private static HealthCheckRegistration Check(string name, PushProvider provider) =>
        new(
            name, services => new PushHealth(services.GetRequiredService<PushRouter>(), provider),
            HealthStatus.Degraded, ["push"]);
}
