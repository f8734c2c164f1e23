using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo.Push;

/// <summary>Routes each push to the provider of its token.</summary>
internal sealed class PushRouter : IPushSender
{
    private readonly ImmutableDictionary<PushProvider, Routes> _routes;
    private readonly PushServices _services;
    private readonly PushMetrics _metrics;

    public PushRouter(
        IEnumerable<IPushProvider> providers, PushOptions options, PushServices services, TimeProvider time, PushMetrics metrics,
        ILogger<PushRoute> logger)
    {
        (_services, _metrics) = (services, metrics);
        WebPushKey = options.WebPush?.PublicKey;
        _routes = providers.ToImmutableDictionary(provider => provider.Provider, provider => new Routes(
            provider, service => new PushRoute(provider, options.AttemptTimeout, time, metrics, logger, service)));
        foreach (var provider in _routes.Keys)
            metrics.Watch(provider, () => State(provider));
    }

    /// <inheritdoc/>
    public string? WebPushKey { get; }

    /// <inheritdoc/>
    public string? Fault(PushProvider provider, string token) => provider != PushProvider.WebPush ? null
        : WebPushSubscription.TryRead(token, out var subscription, out var fault) ? _services.Fault(subscription.Endpoint)
        : fault;

    /// <inheritdoc/>
    public Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_routes.TryGetValue(message.Provider, out var routes))
            return routes.To(message.Token).Send(message, cancellation);
        _metrics.Sent(message.Provider, message.Type, "not_configured", TimeSpan.Zero);
        return Task.FromResult(new PushResult { Error = "not_configured" });
    }

    /// <summary>Returns the state of a provider.</summary>
    internal PushState State(PushProvider provider) =>
        _routes.TryGetValue(provider, out var routes) ? routes.State : PushState.Off;

    /// <summary>
    /// The routes to a provider's services. Where users choose the service, a failing one must not stop pushes to others.
    /// </summary>
    private sealed class Routes(IPushProvider provider, Func<string, PushRoute> make)
    {
        // More than the number of real push services; others are made up.
        private const int Most = 256;

        private readonly ConcurrentDictionary<string, PushRoute> _all = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The best state of its services: a failing one may be a user's own.</summary>
        internal PushState State => _all.IsEmpty ? PushState.Up : _all.Values.Min(route => route.State);

        internal PushRoute To(string token)
        {
            var service = provider.Service(token);
            if (_all.TryGetValue(service, out var known))
                return known;
            if (_all.Count >= Most)
                _all.Clear();
            return _all.GetOrAdd(service, make);
        }
    }
}

/// <summary>Reports a provider's state; never unhealthy, since calls work without pushes.</summary>
internal sealed class PushHealth(PushRouter router, PushProvider provider) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(router.State(provider) == PushState.Up ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded());
}

/// <summary>Logs at startup which providers are off.</summary>
internal sealed partial class PushNotice(PushRouter router, ILogger<PushNotice> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (router.State(PushProvider.Fcm) == PushState.Off)
            LogFcmOff();
        if (router.State(PushProvider.ApnsVoip) == PushState.Off)
            LogApnsOff();
        if (router.State(PushProvider.WebPush) == PushState.Off)
            LogWebPushOff();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4030, LogLevel.Warning,
        "FCM is off: sleeping Android phones do not ring. Set Push__Fcm__CredentialsFile to turn it on", EventName = "FcmOff")]
    private partial void LogFcmOff();

    [LoggerMessage(4031, LogLevel.Information,
        "APNs is off: sleeping iPhones do not ring. Set Push__Apns__KeyFile to turn it on", EventName = "ApnsOff")]
    private partial void LogApnsOff();

    [LoggerMessage(4032, LogLevel.Information,
        "Web Push is off: browsers without an open page do not ring. Set Push__WebPush__PrivateKey to turn it on",
        EventName = "WebPushOff")]
    private partial void LogWebPushOff();
}
