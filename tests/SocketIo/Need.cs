namespace OrleansCalls.SocketIo.Tests;

/// <summary>A test with the real client, which may be missing: skipped without it, and failing in CI.</summary>
public sealed class NeedNodeAttribute : FactAttribute
{
    public NeedNodeAttribute()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1")
            return;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "node"))))
            Skip = "node is not on this machine.";
        else if (!Directory.Exists(Path.Combine(Need.ClientFolder, "node_modules", "socket.io-client")))
            Skip = "socket.io-client is not there: npm was missing or had no network when this was built.";
    }
}

internal static class Need
{
    /// <summary>Where the program is that drives the real client.</summary>
    public static string ClientFolder
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "OrleansCalls.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return Path.Combine(folder, "tests", "SocketIo", "client");
        }
    }
}
