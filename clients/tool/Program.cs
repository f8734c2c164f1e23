using Microsoft.Extensions.Configuration.Memory;
using OrleansCalls.Gateway;

const string Folder = "Storage:Path";
const string Usage = """
    Usage: orleanscalls [--urls=http://localhost:5080] [--Section:Name=value ...]

    Starts the whole call service in one process: hub, REST, dialects and a page to try it on. Settings are those of
    docs/settings.md, as arguments (--Calls:Ring=00:00:30) or as environment variables (Calls__Ring=00:00:30).

      --urls=ADDRESS           where it listens; http://localhost:5080 when left out
      --Storage:Path=FOLDER    where its data are; {0} when left out
      --environment=NAME       Development when left out: tokens for anybody at /dev/token. In Production Auth:SigningKey
                               or Auth:Authority says whose tokens are good.
      vapid                    prints a new pair of keys for Web Push, and starts nothing
      --version                prints the version
      --help                   prints this
    """;

var data = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "orleanscalls");
switch (args)
{
    case ["--help" or "-h" or "help", ..]:
        Console.WriteLine(Usage.Replace("{0}", data, StringComparison.Ordinal));
        return 0;
    case ["--version"]:
        Console.WriteLine(GatewayApp.Version);
        return 0;
    case ["vapid"]:
        return await GatewayApp.Run(args);
}

if (args.FirstOrDefault(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=', StringComparison.Ordinal)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"{unknown} is not of the form --Section:Name=value; orleanscalls --help says more.");
    return 1;
}

if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null or "")
    Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", Environments.Development);
return await GatewayApp.Run(args, builder =>
{
    // In the place of the gateway's own default, before all that is set.
    var sources = builder.Configuration.Sources;
    var defaults = sources.OfType<MemoryConfigurationSource>().Last(source => source.InitialData?.Any(setting => setting.Key == Folder) == true);
    sources.Insert(sources.IndexOf(defaults) + 1, new MemoryConfigurationSource { InitialData = [new(Folder, data)] });
});
