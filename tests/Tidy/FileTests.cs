namespace OrleansCalls.Tests.Tidy;

/// <summary>A file is about one thing, and is read as a whole.</summary>
public sealed class FileTests
{
    private const int Most = 300;

    /// <summary>Tables that tests write, and a list that only grows.</summary>
    private static readonly string[] Longer = ["grains/Calls/states.md", "grains/Users/rings.md", "CHANGELOG.md"];

    [Fact]
    public void Files_HaveThreeHundredLinesAtMost() => Tree.IsTidy(
        from path in Tree.Ending(".cs", ".ts", ".css", ".mjs", ".sh", ".md").Except(Longer)
        let lines = Tree.Lines(path).Length
        where lines > Most
        select $"{path}:{Most + 1}: the file has {lines} lines, {Most} are the most: split it by subject");
}
