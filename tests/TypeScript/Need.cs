namespace OrleansCalls.Tests.TypeScript;

/// <summary>A test that needs node, npm and the client's own packages, and other programs it names. Without them it is skipped, and in CI it fails.</summary>
public sealed class NeedAttribute : FactAttribute
{
    public NeedAttribute(params string[] programs)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1")
            return;
        if (programs.Concat(["node", "npm"]).FirstOrDefault(program => Find(program) is null) is { } missing)
            Skip = $"{missing} is not on this machine.";
        else if (!Directory.Exists(Path.Combine(Repository.Client, "node_modules", "typescript")))
            Skip = "The client's packages are not there: npm was missing or had no network when this was built.";
    }

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

internal static class Repository
{
    /// <summary>The root of the repository.</summary>
    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "OrleansCalls.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    public static string Client => Path.Combine(Root, "clients", "typescript");

    public static string Samples => Path.Combine(Root, "clients", "samples");
}
