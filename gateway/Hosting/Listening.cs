using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>Endpoints and limits of the server.</summary>
internal static class Listening
{
    private const string Standard = "http://localhost:5080";
    private const long BodyBytes = 256 * 1024;
    // The headers of a Socket.IO client are kept until it connects; the largest tokens have some 8 KB.
    private const int HeaderBytes = 16 * 1024;
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10);

    /// <summary>Sets addresses and limits.</summary>
    public static void ConfigureListening(this WebApplicationBuilder builder, MetricsOptions metrics, GatewayOptions options)
    {
        var configuration = builder.Configuration;
        var urls = configuration["urls"];
        if (string.IsNullOrWhiteSpace(urls) && !IsSetOtherwise(configuration))
            urls = Standard;
        builder.CheckAddresses("ASPNETCORE_URLS", urls);
        if (metrics.Port is { } port)
        {
            var own = $"http://{metrics.Address}:{port}";
            builder.CheckAddresses(
                metrics.Address == MetricsOptions.Everywhere ? "Metrics__Port" : "Metrics__Address and Metrics__Port", own);
            if (!string.IsNullOrWhiteSpace(urls))
                urls = $"{urls};{own}";
        }

        if (!string.IsNullOrWhiteSpace(urls))
            builder.WebHost.UseUrls(urls);
        builder.Services.AddSingleton(services => ConnectionLimit.Of(
            options, services.GetRequiredService<ILogger<ConnectionLimit>>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IConnectionListenerFactory, LimitedListenerFactory>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
            kestrel.Limits.RequestHeadersTimeout = HeadersTime;
            if (metrics.Port is { } own && string.IsNullOrWhiteSpace(urls))
                Listen(kestrel, metrics.Address, own);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port)
    {
        if (address == MetricsOptions.Everywhere)
            kestrel.ListenAnyIP(port);
        else
            kestrel.Listen(IPAddress.Parse(address.Trim('[', ']')), port);
    }

    private static bool IsSetOtherwise(ConfigurationManager configuration) =>
        !string.IsNullOrWhiteSpace(configuration["http_ports"]) || !string.IsNullOrWhiteSpace(configuration["https_ports"])
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
