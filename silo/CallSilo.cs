using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Silo;

/// <summary>Makes a host one that calls live in.</summary>
public static class CallSilo
{
    /// <summary>
    /// Adds the silo, the grains and their storage: PostgreSQL when <c>ConnectionStrings__Postgres</c> is set, else a SQLite file
    /// under <c>Storage__Path</c>. Adds the health check <c>storage</c>.
    /// </summary>
    public static IHostApplicationBuilder AddCallSilo(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SiloOptions>().Bind(builder.Configuration.GetSection(SiloOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>();
        // Before the silo: what is added first starts first and stops last.
        var storage = CallStorage.Choose(builder.Configuration);
        storage.AddServices(services, builder.Configuration);
        builder.UseOrleans(silo =>
        {
            AddClustering(silo);
            storage.AddProviders(silo);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            silo.Services.AddOptions<GrainCollectionOptions>().Configure<IOptions<SiloOptions>>(
                (collection, options) => collection.CollectionAge = TimeSpan.FromSeconds(options.Value.CollectionAgeSeconds));
        });
        services.AddPush(builder.Configuration);
        services.AddCallGrains(builder.Configuration);
        return builder;
    }

    /// <summary>
    /// One silo that is a cluster by itself. The Orleans gateway port is off: whoever speaks with these grains is in the same
    /// process. A cluster of several silos takes the place of this, with membership in PostgreSQL.
    /// </summary>
    private static void AddClustering(ISiloBuilder silo)
    {
        var port = int.TryParse(silo.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.Port)}"], out var given) ? given : 0;
        silo.UseLocalhostClustering(port is > 0 and <= 65535 ? port : FreePort(), gatewayPort: 0,
            serviceId: SiloOptions.ServiceId, clusterId: SiloOptions.ServiceId);
    }

    /// <summary>A silo must know its port before it listens, since the port is part of its address.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
