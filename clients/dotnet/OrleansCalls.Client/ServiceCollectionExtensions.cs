using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansCalls.Client.Server;

namespace OrleansCalls.Client;

/// <summary>Registers clients and the helpers for back ends.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds one <see cref="OrleansCallsClient"/>: one device of one user. It is not started.</summary>
    public static IServiceCollection AddOrleansCallsClient(
        this IServiceCollection services, Action<OrleansCallsClientOptions> configure)
    {
        services.AddOptions<OrleansCallsClientOptions>().Configure(configure);
        services.TryAddSingleton(provider => new OrleansCallsClient(
            provider.GetRequiredService<IOptions<OrleansCallsClientOptions>>().Value, provider.GetService<ILoggerFactory>()));
        return services;
    }

    /// <summary>
    /// Adds <see cref="CallTokens"/>, <see cref="WebhookVerifier"/> and <see cref="CallService"/> for an app's back end.
    /// </summary>
    public static IServiceCollection AddOrleansCallsServer(
        this IServiceCollection services, Action<OrleansCallsServerOptions> configure)
    {
        services.AddOptions<OrleansCallsServerOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new CallTokens(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new WebhookVerifier(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new CallService(Options(provider), provider.GetRequiredService<CallTokens>()));
        return services;
    }

    private static OrleansCallsServerOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<OrleansCallsServerOptions>>().Value;
}
