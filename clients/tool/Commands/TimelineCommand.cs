using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace OrleansCalls.Tool.Commands;

/// <summary>Shows a call's timeline.</summary>
internal static class TimelineCommand
{
    internal static Command Make()
    {
        var call = new Argument<string>("call") { Description = "The call's id" };
        var command = new Command("timeline", "Shows everything that happened to a call; for operators") { call };
        command.Does(async (context, cancellation) =>
        {
            var token = await context.TokenFor("orleanscalls", null, cancellation, "admin");
            var id = context.Parsed.GetValue(call)!;
            var answer = await context.Service.Ask(
                HttpMethod.Get, $"admin/calls/{Uri.EscapeDataString(id)}/timeline", token, null, cancellation);
            context.Output.Json(answer);
            var table = new Table().Border(TableBorder.Simple).AddColumns("at", "after", "what", "user", "device", "detail");
            DateTimeOffset? first = null;
            foreach (var entry in answer["items"]?.AsArray() ?? [])
            {
                var isTimed = DateTimeOffset.TryParse((string?)entry!["at"], CultureInfo.InvariantCulture, out var at);
                first ??= isTimed ? at : null;
                var what = (string?)entry["what"];
                // What the service says of it, where it says something (a version with sentences and remedies).
                var detail = string.Join(
                    ' ',
                    new[]
                    {
                        (string?)entry["detail"], (string?)entry["sentence"], (string?)entry["remedy"],
                    }.Where(text => text is not null));
                table.AddRow(
                    isTimed ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "",
                    isTimed ? $"+{(at - first!.Value).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)} s" : "",
                    Coloured(what), Output.Safe((string?)entry["userId"]),
                    Output.Safe((string?)entry["deviceId"]), Output.Safe(detail));
            }

            context.Output.Table(table);
            foreach (var said in new[] { (string?)answer["sentence"], (string?)answer["remedy"] }.Where(text => text is not null))
                context.Output.Line(Output.Safe(said));
            return ExitCodes.Good;
        });
        return command;
    }

    private static string Coloured(string? what) => what switch
    {
        "push_failed" or "not_connected" => $"[red]{Output.Safe(what)}[/]",
        "delivered" or "push_sent" or "ringing" or "accepted" => $"[green]{Output.Safe(what)}[/]",
        _ => Output.Safe(what),
    };
}
