using OrleansCalls.Gateway;
using OrleansCalls.Silo;

namespace OrleansCalls.Tool.Doctor;

/// <summary>Reads all settings as both programs do at their start, and starts neither.</summary>
internal static class SettingsCheck
{
    private const string Remedy = "docs/settings.md has all settings in one table; the programs stop with the same sentence.";

    internal static Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        var faults = Gateway(context.Settings.Arguments).ToList();
        // An address that cannot be listened at is found before all else; the other settings are looked at without it.
        if (faults.Count > 0)
            faults.AddRange(Gateway([.. context.Settings.Arguments, "--urls=http://127.0.0.1:0"]));
        // With its silos elsewhere the gateway does not look at theirs.
        if (context.Settings.Configuration["Gateway:Silo"] == "cluster")
            faults.AddRange(HostStart.Faults(() => Silo(context.Settings.Arguments)));
        foreach (var fault in faults.Distinct())
            findings.Error(Output.Clean(fault), Remedy);
        if (faults.Count == 0)
            findings.Ok("Gateway and silo would start with these settings.");
        return Task.CompletedTask;
    }

    private static IReadOnlyList<string> Gateway(string[] arguments) =>
        HostStart.Faults(() => GatewayApp.Create(arguments, builder => builder.Logging.ClearProviders()));

    private static WebApplication Silo(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.ClearProviders();
        builder.AddCallSilo();
        return builder.Build();
    }
}
