using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Telemetry;

namespace OrleansCalls.Gateway;

/// <summary>
/// Where the grains are: in this process, or in silos elsewhere; and what both programs share. The only file of the gateway that knows
/// of the silo, but for the reader of settings.
/// </summary>
internal static class GrainHosting
{
    /// <summary>Hosts the grains here, or connects to those who do.</summary>
    public static void AddGrains(this WebApplicationBuilder builder, SettingsReader settings, SiloPlace place)
    {
        if (place == SiloPlace.InProcess)
        {
            builder.AddCallSilo(settings);
            return;
        }

        builder.AddCallClient(settings);
        // The client's start ends when it has found a silo. Until then this process should be there, and say that it is not ready.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    }

    /// <summary>Whether Orleans' dashboard is on.</summary>
    public static bool HasDashboard(this WebApplication app) => SettingsReader.Read(app.Configuration, CallDashboard.IsOn);

    /// <summary>Runs the command that an argument names, and returns the exit code; null when none is named.</summary>
    public static int? RunCommand(string[] args) => Commands.Run(args);

    /// <summary>Runs a host until it is told to stop, as in the silo program.</summary>
    public static Task<int> RunHost(Func<IHost> build) => HostStart.Run(build);

    /// <summary>Refuses addresses that cannot be listened at, as in the silo program.</summary>
    public static void CheckAddresses(this WebApplicationBuilder builder, string setting, string? urls) =>
        ListenSettings.Check(setting, urls, builder.Configuration, builder.Environment.IsDevelopment());

    /// <summary>What is logged, as in the silo program.</summary>
    public static void AddDefaults(this WebApplicationBuilder builder) => builder.AddHostDefaults();

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>, as in the silo program.</summary>
    public static void MapHealth(this WebApplication app) => HealthAnswer.MapHealth(app);

    /// <summary>Metrics and traces, as in the silo program.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, SettingsReader settings) =>
        builder.AddCallTelemetry(settings, "orleans-calls-gateway");
}
