using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Telemetry;

namespace OrleansCalls.Gateway;

/// <summary>
/// Hosts the grains in this process, or connects to a cluster; and forwards to what both programs share. Apart from the
/// settings reader, the only file of the gateway that references the silo.
/// </summary>
internal static class GrainHosting
{
    /// <summary>Hosts the grains in this process, or connects to the silos.</summary>
    public static void AddGrains(this WebApplicationBuilder builder, SettingsReader settings, SiloPlace place)
    {
        if (place == SiloPlace.InProcess)
        {
            builder.AddCallSilo(settings);
            return;
        }

        builder.AddCallClient(settings);
        // Orleans' client completes its start when it has found a silo. Until then the process must run and report itself as
        // not ready.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    }

    /// <summary>Returns true if Orleans' dashboard is enabled.</summary>
    public static bool HasDashboard(this WebApplication app) => SettingsReader.Read(app.Configuration, CallDashboard.IsOn);

    /// <summary>Runs the command in the arguments and returns its exit code; null when there is none.</summary>
    public static int? RunCommand(string[] args) => Commands.Run(args);

    /// <summary>Runs a host until it is stopped, as in the silo program.</summary>
    public static Task<int> RunHost(Func<IHost> build) => HostStart.Run(build);

    /// <summary>Rejects addresses that cannot be bound, as in the silo program.</summary>
    public static void CheckAddresses(this WebApplicationBuilder builder, string setting, string? urls) =>
        ListenSettings.Check(setting, urls, builder.Configuration, builder.Environment.IsDevelopment());

    /// <summary>Configures logging, as in the silo program.</summary>
    public static void AddDefaults(this WebApplicationBuilder builder) => builder.AddHostDefaults();

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>, as in the silo program.</summary>
    public static void MapHealth(this WebApplication app) => HealthAnswer.MapHealth(app);

    /// <summary>Metrics and traces, as in the silo program.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, SettingsReader settings) =>
        builder.AddCallTelemetry(settings, "orleans-calls-gateway");
}
