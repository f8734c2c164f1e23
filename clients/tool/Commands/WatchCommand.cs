using System.CommandLine;
using OrleansCalls.Tool;

namespace OrleansCalls.Client.Tool;

/// <summary>Shows a user's events live.</summary>
internal static class WatchCommand
{
    internal static Command Make()
    {
        var user = new Argument<string>("user") { Description = "Whose events" };
        var seconds = new Option<double?>("--for")
        {
            Description = "Ends after so many seconds; without it by Ctrl+C", HelpName = "SECONDS",
        };
        var command = new Command(
            "watch",
            "Shows a user's events live, as one more device of that user: others see the user online meanwhile")
            {
                user, seconds,
            };
        command.Does(async (context, cancellation) =>
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await using var device = new ToolDevice(context, context.Parsed.GetValue(user)!, "watch");
            var events = device.Client.ReadEventsAsync(end.Token);
            await device.Start(cancellation);
            if (context.Parsed.GetValue(seconds) is { } most)
                end.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(most, 0, int.MaxValue / 1000)));
            try
            {
                await foreach (var what in events)
                    device.Show(what);
            }
            catch (OperationCanceledException)
            {
                // Ctrl+C, or the end of the duration.
            }

            return ExitCodes.Good;
        });
        return command;
    }
}
