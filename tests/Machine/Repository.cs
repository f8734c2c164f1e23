namespace OrleansCalls.Tests.Machine;

/// <summary>Finds files of the working copy that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "global.json")))
                return folder.FullName;
        throw new InvalidOperationException("The tests must run from within the repository.");
    }
}
