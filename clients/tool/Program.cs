using OrleansCalls.Gateway;
using OrleansCalls.Tool;

if (args is ["--version"])
{
    Console.WriteLine(GatewayApp.Version);
    return ExitCodes.Good;
}

return Serve.IsMeant(args) ? await Serve.Run(args) : await CommandLine.Run(args);
