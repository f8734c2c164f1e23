namespace OrleansCalls.Tests.Edge;

/// <summary>A test that needs a program, and files of the repository, that may be missing: skipped without them, and failing in CI.</summary>
public sealed class NeedAttribute : FactAttribute
{
    public NeedAttribute(string program, params string[] files)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1")
            return;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            Skip = $"{program} is not on this machine.";
        else if (files.FirstOrDefault(file => !Path.Exists(Path.Combine(Need.Repository, file))) is { } missing)
            Skip = $"{missing} is not there: the page was not built.";
    }
}

internal static class Need
{
    /// <summary>The root of the repository.</summary>
    public static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "OrleansCalls.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }
}
