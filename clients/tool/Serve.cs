using Microsoft.Extensions.Configuration.Memory;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tool;

/// <summary>The service itself, in one process: the tool without a command.</summary>
internal static class Serve
{
    private const string Folder = "Storage:Path";

    /// <summary>The default data folder: the user's own.</summary>
    internal static string Data { get; } = Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "orleanscalls");

    /// <summary>Whether all arguments are settings of the service.</summary>
    internal static bool IsMeant(string[] args) => args.All(argument =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) > 2);

    /// <summary>Runs the service until it is stopped.</summary>
    internal static Task<int> Run(string[] args)
    {
        if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null or "")
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", Environments.Development);
        return GatewayApp.Run(args, builder =>
        {
            // Replaces the gateway's own default, with the lowest precedence.
            var sources = builder.Configuration.Sources;
            var defaults = sources.OfType<MemoryConfigurationSource>().Last(
                source => source.InitialData?.Any(setting => setting.Key == Folder) == true);
            sources.Insert(sources.IndexOf(defaults) + 1, new MemoryConfigurationSource { InitialData = [new(Folder, Data)] });
        });
    }
}
