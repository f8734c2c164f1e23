using System.CommandLine;
using System.Text.Json.Nodes;
using OrleansCalls.Tool;

namespace OrleansCalls.Client.Tool;

/// <summary>Starts a call, shows its progress, and hangs up when a callee accepts.</summary>
internal static class CallCommand
{
    internal static Command Make()
    {
        var callees = new Argument<string[]>("users") { Description = "Whom to ring, 1 to 16", Arity = ArgumentArity.OneOrMore };
        var caller = new Option<string>("--as")
        {
            Description = "The user who rings", DefaultValueFactory = _ => "orleanscalls", HelpName = "USER",
        };
        var video = new Option<bool>("--video") { Description = "A video call" };
        var ring = new Option<int?>("--ring-seconds") { Description = "How long to ring, 10 to 180" };
        var command = new Command(
            "call",
            "Rings people and shows how far it gets; hangs up when one answers. Their devices really ring")
            {
                callees, caller, video, ring,
            };
        command.Does(async (context, cancellation) =>
        {
            await using var device = new ToolDevice(context, context.Parsed.GetValue(caller)!, "call");
            var events = device.Client.ReadEventsAsync(CancellationToken.None);
            await device.Start(cancellation);
            try
            {
                var call = await device.Client.StartCallAsync(new StartCallRequest
                {
                    CalleeIds = context.Parsed.GetValue(callees)!,
                    Media = context.Parsed.GetValue(video) ? CallMedia.Video : CallMedia.Audio,
                    RingSeconds = context.Parsed.GetValue(ring),
                }, cancellation);
                return await Follow(context, device, events, call, cancellation);
            }
            catch (OrleansCallsException refused)
            {
                throw ToolDevice.Refused(refused);
            }
        });
        return command;
    }

    private static async Task<int> Follow(
        CommandContext context, ToolDevice device, IAsyncEnumerable<CallEvent> events, Call call, CancellationToken cancellation)
    {
        context.Output.Line(
            $"Call [bold]{Output.Safe(call.CallId)}[/] to {Output.Safe(string.Join(", ", call.Legs.Select(leg => leg.UserId)))}; Ctrl+C hangs up");
        // Hung up by the user: the end is shown like any other.
        await using var hangUp = cancellation.Register(() => _ = Task.Run(() => device.Client.EndCallAsync(call.CallId)));
        string? answeredBy = null;
        await foreach (var what in events.Where(what => what.CallId == call.CallId))
        {
            device.Show(what);
            if (what is CallAccepted { UserId: var userId } && answeredBy is null)
            {
                answeredBy = userId;
                // The tool has no media.
                await device.Client.EndCallAsync(call.CallId, "test", CancellationToken.None);
            }

            if (what is CallEnded ended)
                return Ended(context.Output, call, ended, answeredBy);
        }

        return ExitCodes.Undone;
    }

    private static int Ended(Output output, Call call, CallEnded ended, string? answeredBy)
    {
        var reason = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(ended.Reason.ToString());
        output.JsonLine(new JsonObject { ["callId"] = call.CallId, ["answeredBy"] = answeredBy, ["reason"] = reason });
        output.Line(answeredBy is null
            ? $"[yellow]Nobody answered: {reason}[/]. orleanscalls timeline {Output.Safe(call.CallId)} says why."
            : $"[green]{Output.Safe(answeredBy)} answered[/]");
        return answeredBy is null ? ExitCodes.Bad : ExitCodes.Good;
    }
}
