using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Makes a host a client of the cluster, whose grains live in separate silos.</summary>
public static class ClusterClientSetup
{
    /// <summary>
    /// Adds the client. It discovers the silos in the database of <c>ConnectionStrings__Postgres</c>, waits for the first one
    /// without a time limit, and reconnects by itself. Adds the health check <c>cluster_id</c>.
    /// </summary>
    /// <exception cref="SettingException"><c>ConnectionStrings__Postgres</c> is empty.</exception>
    public static IHostApplicationBuilder AddCallClient(this IHostApplicationBuilder builder, SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (services, cluster) = (builder.Services, MembershipOptions.Read(settings));
        services.AddSingleton(cluster);
        if (settings.Exact("ConnectionStrings__Postgres") is not { } text)
            throw new SettingException("ConnectionStrings__Postgres must name the database in which the silos are found.");
        var connectionString = PostgresConnection.WithDefaults(text);
        builder.UseOrleansClient(client =>
        {
            client.UseAdoNetClustering(options =>
            {
                options.Invariant = PostgresConnection.Invariant;
                options.ConnectionString = connectionString;
            });
            client.AddCallDashboard(settings);
            if (Telemetry.TelemetrySetup.Traces(settings))
                client.AddActivityPropagation();
            client.AddTls(cluster);
            client.Configure<ClusterOptions>(names => ClusterSetup.Name(names, cluster));
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromMilliseconds(500));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            client.Services.AddSingleton<IClientConnectionRetryFilter>(provider => provider.GetRequiredService<WaitForSilos>());
        });
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<WaitForSilos>(provider, connectionString));
        services.AddSingleton<Telemetry.FigureReader>().AddHostedService<Telemetry.NodeReporter>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ClockSkew>(provider, connectionString));
        services.AddHealthChecks().AddCheck<WaitForSilos>("cluster_id");
        return builder;
    }
}
