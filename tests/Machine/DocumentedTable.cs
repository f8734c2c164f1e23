namespace OrleansCalls.Tests.Machine;

/// <summary>
/// A table in a document that is what a machine does, cell by cell. After a wanted change <c>UPDATE_STATES=1 dotnet test
/// tests/Machine</c> writes it anew; review the difference against the protocol.
/// </summary>
internal static class DocumentedTable
{
    private const string Begin = "<!-- states: begin -->";
    private const string End = "<!-- states: end -->";

    /// <summary>Compares a document with what the machine does, or updates it.</summary>
    public static void Check(string path, string actual)
    {
        var file = Repository.File(path);
        var document = File.ReadAllText(file);
        var from = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = document.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from > 0 && to > from, $"{path} has lost its markers.");
        var expected = document[from..to].Trim();
        actual = actual.Trim();
        if (Environment.GetEnvironmentVariable("UPDATE_STATES") == "1")
        {
            File.WriteAllText(file, document[..from] + "\n\n" + actual + "\n\n" + document[to..]);
            return;
        }

        var (theirs, ours) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(theirs.Length, ours.Length)).FirstOrDefault(i => theirs[i] != ours[i], -1);
        Assert.True(expected == actual, $"""
            The machine and {path} differ{(line < 0 ? " in length" : $":\n  document: {theirs[line]}\n  machine:  {ours[line]}")}
            If the machine is right: UPDATE_STATES=1 dotnet test tests/Machine, then review the difference.
            """);
    }
}
