// Pictures are coded and decoded by the processor: side by side, two tests take as long as one after the other, and wait in vain.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OrleansCalls.Tests.Browser;

/// <summary>A test in a real browser: the program, and the page.</summary>
public sealed class NeedAttribute(string program) : Support.NeedAttribute(program, Support.Need.Page)
{
    /// <summary>Where a program is; null if it is not on the PATH.</summary>
    public static string? Find(string program) => Support.Need.Find(program);
}

/// <summary>The same for several cases.</summary>
public sealed class NeedTheoryAttribute(string program) : Support.NeedTheoryAttribute(program, Support.Need.Page);

internal static class Page
{
    public static string Repository => Support.Repository.Root;

    public static string Root => Support.Repository.Full("gateway/wwwroot");
}
