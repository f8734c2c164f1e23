using Microsoft.Extensions.Configuration.Memory;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tool;

/// <summary>The service itself, in one process: what the tool does when no command is named.</summary>
internal static class Serve
{
    private const string Folder = "Storage:Path";

    /// <summary>Where its data are when nothing else is said: the user's own folder.</summary>
    internal static string Data { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "orleanscalls");

    /// <summary>Whether these arguments are settings of the service, and nothing else.</summary>
    internal static bool IsMeant(string[] args) => args.All(argument =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) > 2);

    /// <summary>Runs it until it is stopped.</summary>
    internal static Task<int> Run(string[] args)
    {
        if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null or "")
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", Environments.Development);
        return GatewayApp.Run(args, builder =>
        {
            // In the place of the gateway's own default, before all that is set.
            var sources = builder.Configuration.Sources;
            var defaults = sources.OfType<MemoryConfigurationSource>().Last(source => source.InitialData?.Any(setting => setting.Key == Folder) == true);
            sources.Insert(sources.IndexOf(defaults) + 1, new MemoryConfigurationSource { InitialData = [new(Folder, Data)] });
        });
    }
}
