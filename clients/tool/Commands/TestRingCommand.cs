using System.CommandLine;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tool.Commands;

/// <summary>Tests whether this user's devices would ring now.</summary>
internal static class TestRingCommand
{
    internal static Command Make()
    {
        var user = new Argument<string>("user") { Description = "Whose devices" };
        var device = new Option<string?>("--device") { Description = "Only this one" };
        var caller = new Option<string?>("--caller")
        {
            Description = "The user who would ring: whether that one is blocked is said too",
        };
        var command = new Command(
            "test-ring",
            "Asks a user's devices, without ringing, whether they would ring now; for operators") { user, device, caller };
        command.Does(async (context, cancellation) =>
        {
            var token = await context.TokenFor("orleanscalls", null, cancellation, "admin");
            var body = new JsonObject();
            if (context.Parsed.GetValue(device) is { } only)
                body["deviceId"] = only;
            if (context.Parsed.GetValue(caller) is { } from)
                body["callerId"] = from;
            var path = $"admin/users/{Uri.EscapeDataString(context.Parsed.GetValue(user)!)}/test-ring";
            var report = await context.Output.Progress(
                "Waiting for the devices, 10 s at most", () => context.Service.Ask(
                    HttpMethod.Post, path, token, body, cancellation));
            context.Output.Json(report);
            Show(context.Output, report);
            return report["devices"]?.AsArray().Any(one => (string?)one!["verdict"] == "rings") == true
                ? ExitCodes.Good
                : ExitCodes.Bad;
        });
        return command;
    }

    private static void Show(Output output, JsonNode report)
    {
        foreach (var device in report["devices"]?.AsArray() ?? [])
        {
            var verdict = (string?)device!["verdict"];
            var platform = (string?)device["platform"] is { } name ? $" ({Output.Safe(name)})" : "";
            output.Line(
                $"[bold]{Output.Safe((string?)device["deviceId"])}[/]{platform}: [{Colour(verdict)}]{Output.Safe(verdict)}[/]");
            foreach (var step in device["steps"]?.AsArray() ?? [])
            {
                var (outcome, error, took) = ((string?)step!["outcome"], (string?)step["error"], (long?)step["durationMs"]);
                var mark = outcome switch { "ok" => "[green]ok     [/]", "failed" => "[red]failed [/]", _ => "[grey]skipped[/]" };
                var provider = (string?)step["provider"] is { } service ? $" {Output.Safe(service)}" : "";
                output.Line(
                    $"  {mark} {Output.Safe((string?)step["stage"])}{provider}{(error is null ? "" : $" {Output.Safe(error)}")}{(took is null ? "" : $" {took} ms")}"
                    + $"{((string?)step["detail"] is { } detail ? $": {Output.Safe(detail)}" : "")}");
            }
        }

        output.Line(Output.Safe((string?)report["summary"]));
    }

    private static string Colour(string? verdict) => verdict switch { "rings" => "green", "silent" => "red", _ => "yellow" };
}
