using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Telemetry;

namespace OrleansCalls.Gateway;

/// <summary>
/// Where the grains are: in this process, or in silos elsewhere; and what both programs share. The only file of the gateway that knows
/// of the silo.
/// </summary>
internal static class GrainHosting
{
    /// <summary>Hosts the grains here, or connects to those who do.</summary>
    public static void AddGrains(this WebApplicationBuilder builder, SiloPlace place)
    {
        if (place == SiloPlace.InProcess)
        {
            builder.AddCallSilo();
            return;
        }

        builder.AddCallClient();
        // The client's start ends when it has found a silo. Until then this process should be there, and say that it is not ready.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    }

    /// <summary>Runs the command that an argument names, and returns the exit code; null when none is named.</summary>
    public static int? RunCommand(string[] args) => Commands.Run(args);

    /// <summary>What is logged, as in the silo program.</summary>
    public static void AddDefaults(this WebApplicationBuilder builder) => builder.AddHostDefaults();

    /// <summary>Whether this process can listen there, as in the silo program.</summary>
    public static void CheckListening(string setting, string? urls) => ListenAddress.Check(setting, urls);

    /// <summary>Metrics and traces, as in the silo program.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder) => builder.AddCallTelemetry("orleans-calls-gateway");
}
