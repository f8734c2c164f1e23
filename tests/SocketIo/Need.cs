namespace OrleansCalls.SocketIo.Tests;

/// <summary>A test with the real client, which may be missing: skipped without it, and failing in CI.</summary>
public sealed class NeedNodeAttribute : FactAttribute
{
    public NeedNodeAttribute()
    {
        if (Need.WhyNoNode is { } why)
            Skip = why;
    }
}

/// <summary>The same, for several cases.</summary>
public sealed class NeedNodeTheoryAttribute : TheoryAttribute
{
    public NeedNodeTheoryAttribute()
    {
        if (Need.WhyNoNode is { } why)
            Skip = why;
    }
}

internal static class Need
{
    /// <summary>How long anything may take that a test waits for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Why the real client cannot be run; null if it can, or must.</summary>
    public static string? WhyNoNode
    {
        get
        {
            if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1")
                return null;
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, "node"))))
                return "node is not on this machine.";
            return Directory.Exists(Path.Combine(ClientFolder, "node_modules", "socket.io-client"))
                ? null
                : "socket.io-client is not there: npm was missing or had no network when this was built.";
        }
    }

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
