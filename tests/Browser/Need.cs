// Pictures are coded and decoded by the processor: side by side, two tests take as long as one after the other, and wait in vain.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OrleansCalls.Tests.Browser;

/// <summary>A test that needs more than the SDK. Without it the test is skipped, and in CI it fails.</summary>
public sealed class NeedAttribute : FactAttribute
{
    public NeedAttribute(string program)
    {
        if (Find(program) is null && Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1")
            Skip = $"{program} is not on this machine.";
        else if (!File.Exists(Path.Combine(Page.Root, "index.html")) && Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1")
            Skip = "The page is not built: npm was not there at build time.";
    }

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>The same for several cases.</summary>
public sealed class NeedTheoryAttribute : TheoryAttribute
{
    public NeedTheoryAttribute(string program) => Skip = new NeedAttribute(program).Skip;
}

internal static class Page
{
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

    public static string Root => Path.Combine(Repository, "gateway", "wwwroot");
}
