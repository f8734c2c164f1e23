using System.CommandLine;
using System.CommandLine.Invocation;

namespace OrleansCalls.Tool;

/// <summary>The commands, and the options that they share.</summary>
internal static class CommandLine
{
    private const int MostSeconds = 600;

    internal static readonly Option<string[]> Urls = new("--url")
    {
        Description = "Where the service is; ORLEANSCALLS_URL, else http://localhost:5080",
        Recursive = true, HelpName = "ADDRESS",
    };

    internal static readonly Option<string?> Token = new("--token")
    {
        Description =
            "The token to use; ORLEANSCALLS_TOKEN, else one made with Auth__SigningKey, else one of a service in Development",
            Recursive = true,
    };

    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Answers as JSON on standard output, for scripts", Recursive = true,
    };

    internal static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "Seconds for each request or check", Recursive = true, HelpName = "SECONDS", DefaultValueFactory = _ => 15,
    };

    internal static readonly Option<string?> EnvFile = new("--env-file")
    {
        Description = "Reads the service's settings out of a file like docker/.env too", Recursive = true, HelpName = "FILE",
    };

    internal static readonly Option<string[]> Set = new("--set")
    {
        Description = "One setting of the service, before those of the environment", Recursive = true,
        HelpName = "Section:Name=value",
    };

    private static readonly string Description = $$"""
        Call signalling for apps. Without a command it starts the whole service in one process: hub, REST, dialects and a page to try it on.

            orleanscalls [--urls=http://localhost:5080] [--Section:Name=value ...]

        Settings are those of docs/settings.md, as arguments (--Calls:Ring=00:00:30) or as environment variables (Calls__Ring=00:00:30).
        --Storage:Path=FOLDER is where its data are ({{Serve.Data}} when left out). --environment=NAME is Development when
        left out, with tokens for anybody at /dev/token; in Production Auth:SigningKey or Auth:Authority says whose tokens are good.

        The commands exit with 0 when all is well, 1 when the answer is no, 2 when they could not ask.
        """;

    /// <summary>Parses the arguments and runs the command that they name.</summary>
    internal static async Task<int> Run(string[] args)
    {
        var result = Root().Parse(args);
        if (result.Errors.Count > 0 && result.Action is ParseErrorAction)
        {
            foreach (var error in result.Errors)
                await Console.Error.WriteLineAsync(Output.Clean(error.Message));
            await Console.Error.WriteLineAsync("orleanscalls --help says more.");
            return ExitCodes.Undone;
        }

        return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>Wraps a command's action: its errors become one sentence and an exit code.</summary>
    internal static void Does(this Command command, Func<CommandContext, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = new Output(parsed.GetValue(Json));
            try
            {
                using var context = CommandContext.Of(parsed, output);
                return await work(context, cancellation);
            }
            catch (ToolException fault)
            {
                output.Fault(fault.Message);
                return fault.ExitCode;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Undone;
            }
        });

    private static RootCommand Root()
    {
        Timeout.Validators.Clear();
        Timeout.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && !(int.TryParse(text, out var seconds) && seconds is >= 1 and <= MostSeconds))
                result.AddError($"--timeout must be from 1 to {MostSeconds} seconds.");
        });
        var root = new RootCommand(Description);
        foreach (var shared in new Option[] { Urls, Token, Json, Timeout, EnvFile, Set })
            root.Options.Add(shared);
        foreach (var command in new[]
        {
            Commands.TokenCommand.Make(), Client.Tool.CallCommand.Make(), Client.Tool.WatchCommand.Make(),
            Commands.TimelineCommand.Make(),
            Commands.TestRingCommand.Make(), Commands.DoctorCommand.Make(), Vapid(),
        })
            root.Subcommands.Add(command);
        return root;
    }

    private static Command Vapid()
    {
        var command = new Command("vapid", "Prints a new pair of keys for Web Push, as settings");
        command.SetAction(_ => Silo.Commands.Run(["vapid"])!.Value);
        return command;
    }
}
