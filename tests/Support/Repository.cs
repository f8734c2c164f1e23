namespace OrleansCalls.Tests.Support;

/// <summary>Files of the working copy that the tests were built in; paths are relative to its root, with slashes.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Full(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Full(path));

    /// <summary>All files under <paramref name="folder"/> that git would keep.</summary>
    public static IEnumerable<string> Files(string folder, string pattern = "*") =>
        Directory.EnumerateFiles(Full(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "wwwroot"))
            // What an operator of this very copy keeps here is nobody's business.
            .Where(file => !file.EndsWith(".env", StringComparison.Ordinal) && !file.EndsWith(".pem", StringComparison.Ordinal))
            .Where(file => !file.EndsWith(".key", StringComparison.Ordinal));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
                return folder.FullName;
        throw new InvalidOperationException("The tests must run from within the repository.");
    }
}
