using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>Hands each push to the provider of its token.</summary>
internal sealed class PushRouter : IPushSender
{
    private readonly ImmutableDictionary<PushProvider, PushRoute> _routes;
    private readonly PushMetrics _metrics;

    public PushRouter(
        IEnumerable<IPushProvider> providers, IOptions<PushOptions> options, TimeProvider time, PushMetrics metrics, ILogger<PushRoute> logger)
    {
        _metrics = metrics;
        _routes = providers.ToImmutableDictionary(
            provider => provider.Provider, provider => new PushRoute(provider, options.Value.AttemptTimeout, time, metrics, logger));
    }

    /// <inheritdoc/>
    public Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_routes.TryGetValue(message.Provider, out var route))
            return route.Send(message, cancellation);
        _metrics.Sent(message.Provider, message.Type, "not_configured", TimeSpan.Zero);
        return Task.FromResult(new PushResult { Error = "not_configured" });
    }

    /// <summary>How it is with a provider.</summary>
    internal PushState State(PushProvider provider) => _routes.TryGetValue(provider, out var route) ? route.State : PushState.Off;
}

/// <summary>One provider's state as a health check: never a reason to send no users here, calls go on without pushes.</summary>
internal sealed class PushHealth(PushRouter router, PushProvider provider) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(router.State(provider) == PushState.Up ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded());
}

/// <summary>Says once, when the silo starts, which providers are off.</summary>
internal sealed partial class PushNotice(PushRouter router, ILogger<PushNotice> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (router.State(PushProvider.Fcm) == PushState.Off)
            LogFcmOff();
        if (router.State(PushProvider.ApnsVoip) == PushState.Off)
            LogApnsOff();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4030, LogLevel.Warning,
        "FCM is off: sleeping Android phones and browsers do not ring. Set Push__Fcm__CredentialsFile to turn it on", EventName = "FcmOff")]
    private partial void LogFcmOff();

    [LoggerMessage(4031, LogLevel.Information,
        "APNs is off: sleeping iPhones do not ring. Set Push__Apns__KeyFile to turn it on", EventName = "ApnsOff")]
    private partial void LogApnsOff();
}
