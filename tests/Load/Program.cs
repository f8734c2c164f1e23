using OrleansCalls.Load;
using OrleansCalls.Load.Relay;

if (args is ["relay", ..])
{
    await RelayApp.Run();
    return 0;
}

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("This tool needs Linux: epoll, /proc, taskset and setpriv.");
    return 2;
}

try
{
    return Runner.Run(CommandLine.Parse(args), args);
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
