using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push.Apns;
using OrleansCalls.Silo.Push.Fcm;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo.Push;

/// <summary>Pushes as services of a silo.</summary>
internal static class PushSetup
{
    /// <summary>Adds the providers that the configuration sets up, and says of the others that they are off.</summary>
    internal static void AddPush(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(PushOptions.Section);
        services.AddOptions<PushOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PushOptions>, PushOptionsValidator>();
        services.TryAddSingleton<PushMetrics>();
        services.AddSingleton(provider => new PushServices(provider.GetRequiredService<IOptions<PushOptions>>().Value.WebPush.Origins));
        var options = section.Get<PushOptions>() ?? new PushOptions();
        if (options.Fcm.IsOn)
            services.AddSingleton<IPushProvider, FcmProvider>();
        if (options.Apns.IsOn)
            services.AddSingleton<IPushProvider, ApnsProvider>();
        if (options.WebPush.IsOn)
            services.AddSingleton<IPushProvider, WebPushProvider>();
        services.AddSingleton<PushRouter>();
        services.TryAddSingleton<IPushSender>(provider => provider.GetRequiredService<PushRouter>());
        services.AddHostedService<PushNotice>();
        var health = services.AddHealthChecks().Add(Check("push_fcm", PushProvider.Fcm));
        if (options.Apns.IsOn)
            health.Add(Check("push_apns_voip", PushProvider.ApnsVoip));
        if (options.WebPush.IsOn)
            health.Add(Check("push_web_push", PushProvider.WebPush));
    }

    private static HealthCheckRegistration Check(string name, PushProvider provider) =>
        new(name, services => new PushHealth(services.GetRequiredService<PushRouter>(), provider), HealthStatus.Degraded, ["push"]);
}
