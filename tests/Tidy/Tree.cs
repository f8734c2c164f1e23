using System.Diagnostics;

namespace OrleansCalls.Tests.Tidy;

/// <summary>
/// The files that git keeps, or would keep: of the working copy that the tests were built in, with paths relative to its root.
/// </summary>
internal static class Tree
{
    /// <summary>The folders of the two programs and of what they share.</summary>
    public static readonly string[] Product = ["gateway", "silo", "grains", "grain-interfaces"];

    private static readonly string Root = Find();

    /// <summary>All paths, with slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Paths { get; } = List();

    /// <summary>The paths that end with one of <paramref name="endings"/>.</summary>
    public static IEnumerable<string> Ending(params string[] endings) =>
        Paths.Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>The C# files of the product.</summary>
    public static IEnumerable<string> Sources => Ending(".cs").Where(path => Product.Contains(path.Split('/')[0]));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The lines of a file, without the empty one behind its last line end.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>Whether there is such a file or folder.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Fails with all that was found, a line each: <c>path:line: what is wrong</c>.</summary>
    public static void IsTidy(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} findings:\n{string.Join('\n', all)}");
    }

    /// <summary>The number of the line that a place of a text is in, from 1.</summary>
    public static int LineOf(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    private static List<string> List()
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
            })!;
        var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        // One that was deleted is listed until that is committed.
        return [.. paths.Where(Exists).Order(StringComparer.Ordinal)];
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OrleansCalls.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests must run from within the repository.");
    }
}
