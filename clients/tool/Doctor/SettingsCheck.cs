using Microsoft.Extensions.Options;
using OrleansCalls.Gateway;
using OrleansCalls.Gateway.Hosting;
using OrleansCalls.Silo;

namespace OrleansCalls.Tool.Doctor;

/// <summary>Reads all settings as both programs do at their start, and starts neither.</summary>
internal static class SettingsCheck
{
    private const string Remedy = "docs/settings.md has all settings in one table; the programs stop with the same sentence.";

    internal static async Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        var faults = new List<string>();
        await Try(faults, async () =>
        {
            await using var gateway = GatewayApp.Create(context.Settings.Arguments, builder => builder.Logging.ClearProviders());
            Startup.Check(gateway);
        });
        // With its silos elsewhere the gateway does not look at theirs.
        if (context.Settings.Configuration["Gateway:Silo"] == "cluster")
        {
            await Try(faults, async () =>
            {
                var builder = WebApplication.CreateSlimBuilder(context.Settings.Arguments);
                builder.Logging.ClearProviders();
                builder.AddCallSilo();
                await using var silo = builder.Build();
                Startup.Check(silo);
            });
        }

        foreach (var fault in faults.Distinct())
            findings.Error(Output.Clean(fault), Remedy);
        if (faults.Count == 0)
            findings.Ok("Gateway and silo would start with these settings.");
    }

    private static async Task Try(List<string> faults, Func<Task> start)
    {
        try
        {
            await start();
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
