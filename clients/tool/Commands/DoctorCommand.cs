using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Tool.Doctor;

namespace OrleansCalls.Tool.Commands;

/// <summary>Diagnoses an installation, and shows the remedies.</summary>
internal static class DoctorCommand
{
    internal static Command Make()
    {
        var command = new Command(
            "doctor",
            "Checks settings, gateways (--url, several), database, nodes and their clocks, ports, push credentials and TURN, and says what to do. "
            + "Give it the settings of the service: its environment, --env-file or --set");
        command.Does(async (context, cancellation) =>
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")))
                Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", Environments.Production);
            var findings = await context.Output.Progress(
                "Checking", () => Checks.Run(new CheckContext(context.Settings, context.Urls, context.Timeout), cancellation));
            foreach (var finding in findings)
                Show(context.Output, finding);
            var (errors, warnings) = (
                findings.Count(f => f.Level == FindingLevel.Error), findings.Count(f => f.Level == FindingLevel.Warning));
            context.Output.Line(
                errors + warnings == 0 ? "[green]Nothing is wrong.[/]" : $"{errors} errors, {warnings} warnings.");
            context.Output.Json(new JsonObject
            {
                ["errors"] = errors,
                ["warnings"] = warnings,
                ["findings"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject
                {
                    ["check"] = finding.Check, ["level"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(finding.Level.ToString()),
                    ["sentence"] = finding.Sentence,
                    ["remedy"] = finding.Remedy, ["tookMs"] = (long)finding.Took.TotalMilliseconds,
                })]),
            });
            return errors > 0 ? ExitCodes.Bad : ExitCodes.Good;
        });
        return command;
    }

    private static void Show(Output output, Finding finding)
    {
        var mark = finding.Level switch
        {
            FindingLevel.Ok => "[green]ok     [/]", FindingLevel.Skipped => "[grey]skipped[/]",
            FindingLevel.Warning => "[yellow]warning[/]", _ => "[red]error  [/]",
        };
        output.Line($"{mark} {finding.Check,-9} {Output.Safe(finding.Sentence)}");
        if (finding.Remedy is { } remedy)
            output.Line($"        {"",-9} [grey]{Output.Safe(remedy)}[/]");
    }
}
