using System.Reflection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace OrleansCalls.Silo;

/// <summary>Logs the program's name, version, addresses and cluster once it has started.</summary>
internal sealed partial class ProcessNotice(
    string program, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<ProcessNotice> logger)
    : IHostedService, IDisposable
{
    private readonly ILogger _logger = logger;
    private CancellationTokenRegistration _registration;

    /// <summary>The version in <c>Directory.Build.props</c>.</summary>
    private static string Version => typeof(ProcessNotice).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // By then the server listens, and the silo or client has joined.
        _registration = lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            LogStarted(program, Version, string.Join(' ', addresses), Place());
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();

    private string Place()
    {
        if (services.GetService<IOptions<ClusterOptions>>()?.Value.ClusterId is not { Length: > 0 } cluster)
            return "without a cluster";
        if (services.GetService<ILocalSiloDetails>() is not { } silo)
            return $"client of cluster {cluster}";
        var gateways = silo.GatewayAddress is { Endpoint.Port: > 0 and var port } ? $", for gateways at port {port}" : "";
        return $"member of cluster {cluster} as {silo.SiloAddress.Endpoint}{gateways}";
    }

    [LoggerMessage(5310, LogLevel.Information, "{Program} {Version} started: {Addresses}, {Place}", EventName = "ProcessStarted")]
    private partial void LogStarted(string program, string version, string addresses, string place);
}
