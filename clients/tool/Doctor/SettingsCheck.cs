using Microsoft.Extensions.Options;
using OrleansCalls.Gateway;
using OrleansCalls.Gateway.Hosting;
using OrleansCalls.Silo;

namespace OrleansCalls.Tool.Doctor;

/// <summary>Reads all settings as both programs do at their start, and starts neither.</summary>
internal static class SettingsCheck
{
    private const string Remedy = "docs/settings.md has all settings in one table; the programs stop with the same sentence.";

    internal static Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        // Neither is disposed: what was never started has nothing to give back, and a silo that cannot read its options cannot be disposed.
        var faults = new List<string>();
        Try(
            faults,
            () => Startup.Check(GatewayApp.Create(context.Settings.Arguments, builder => builder.Logging.ClearProviders())));
        // With its silos elsewhere the gateway does not look at theirs.
        if (context.Settings.Configuration["Gateway:Silo"] == "cluster")
        {
            Try(faults, () =>
            {
                var builder = WebApplication.CreateSlimBuilder(context.Settings.Arguments);
                builder.Logging.ClearProviders();
                builder.AddCallSilo();
                Startup.Check(builder.Build());
            });
        }

        foreach (var fault in faults.Distinct())
            findings.Error(Output.Clean(fault), Remedy);
        if (faults.Count == 0)
            findings.Ok("Gateway and silo would start with these settings.");
        return Task.CompletedTask;
    }

    private static void Try(List<string> faults, Action start)
    {
        try
        {
            start();
        }
        catch (OptionsValidationException wrong)
        {
            faults.AddRange(wrong.Failures);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(one => Startup.Sentence(one) is not null))
        {
            faults.AddRange(several.InnerExceptions.SelectMany(one =>
                one is OptionsValidationException wrong ? wrong.Failures : [Startup.Sentence(one)!]));
        }
        catch (Exception e) when (Startup.Sentence(e) is not null)
        {
            faults.Add(Startup.Sentence(e)!);
        }
    }
}
