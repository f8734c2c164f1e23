using System.Globalization;
using OrleansCalls.Gateway;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tool.Doctor;

/// <summary>Reads all settings like both programs at their start, without starting them.</summary>
internal static class SettingsCheck
{
    private const string Remedy = "docs/settings.md has all settings in one table; the programs stop with the same sentence.";

    internal static Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        var (settings, configuration) = (context.Settings, context.Settings.Configuration);
        var isDevelopment = string.Equals(
            configuration["environment"], Environments.Development, StringComparison.OrdinalIgnoreCase);
        var faults = HostStart.Faults(() => { ListenSettings.Read(
            "ASPNETCORE_URLS", configuration["urls"], configuration, isDevelopment); }).ToList();
        faults.AddRange(HostStart.Faults(() => { GatewayApp.Create(
            WithFreePorts(settings), builder => builder.Logging.ClearProviders()); }));
        // With separate silos the gateway ignores their settings.
        if (configuration["Gateway:Silo"] == "cluster")
            faults.AddRange(HostStart.Faults(() => Silo(settings.Arguments)));
        foreach (var fault in faults.Distinct())
            findings.Error(Output.Clean(fault), Remedy);
        if (faults.Count == 0)
            findings.Ok("Gateway and silo would start with these settings.");
        return Task.CompletedTask;
    }

    /// <see cref="PortsCheck"/> checks ports in use: the service itself may run here. A wrong number is still reported.
    private static string[] WithFreePorts(Settings settings) =>
    [
        .. settings.Arguments, "--urls=http://127.0.0.1:0",
        .. ushort.TryParse(settings.Configuration["Metrics:Port"], CultureInfo.InvariantCulture, out _)
            ? ["--Metrics:Port=0"]
            : Array.Empty<string>(),
    ];

    private static void Silo(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.ClearProviders();
        SettingsReader.Read(builder.Configuration, builder.AddCallSilo);
    }
}
