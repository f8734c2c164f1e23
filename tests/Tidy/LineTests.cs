using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Tidy;

/// <summary>
/// Lines that are read beside each other on one screen. Not counted are the contents of raw strings, which are somebody else's
/// language, and lines that one literal or one address makes long. Tables and prose of pages have the lengths that they need.
/// </summary>
public sealed partial class LineTests
{
    private const int Most = 130;

    /// <summary>A literal of so many characters may make its line longer: it is not cut into pieces.</summary>
    private const int LongLiteral = 90;

    [Fact]
    public void Code_HasLinesOfAHundredAndThirtyCharactersAtMost() => Tree.IsTidy(
        Tree.Ending(".cs", ".ts", ".mjs", ".css", ".sh").SelectMany(path => Findings(path, _ => true)));

    /// <summary>Values of YAML are single literals.</summary>
    [Fact]
    public void CommentsOfYaml_HaveToo() => Tree.IsTidy(
        Tree.Ending(".yml", ".yaml").SelectMany(path => Findings(path, line => line.TrimStart().StartsWith('#'))));

    [Theory]
    [InlineData("""call(x, "some text", y)""", 11)]
    [InlineData("""call($"one {two("three")} four", '"')""", 25)]
    [InlineData(""""call(x, """a "text" of it""")"""", 20)]
    [InlineData("""call(@"a ""text"" of it", "b\"c")""", 18)]
    [InlineData("""call(`one ${two('three')} four`)""", 26)]
    [InlineData("no literal", 0)]
    [InlineData("    // the caller's own words", 0)]
    public void LongestLiteral_IsFound(string line, int length) => Assert.Equal(length, LongestLiteral(line));

    private static IEnumerable<string> Findings(string path, Func<string, bool> counts)
    {
        var inRaw = false;
        foreach (var (index, line) in Tree.Lines(path).Index())
        {
            var wasInRaw = inRaw;
            if (path.EndsWith(".cs", StringComparison.Ordinal) && RawQuotes().Count(line) % 2 == 1)
                inRaw = !inRaw;
            if (line.Length <= Most || wasInRaw || !counts(line) || Address().IsMatch(line)
                || LongestLiteral(line) >= LongLiteral)
                continue;
            yield return $"{path}:{index + 1}: the line has {line.Length} characters, {Most} are the most";
        }
    }

    private static int LongestLiteral(string line)
    {
        // An apostrophe of prose opens none.
        if (line.TrimStart() is ['/', '/', ..] or ['*', ..] or ['#', ..])
            return 0;
        var longest = 0;
        for (var at = 0; at < line.Length;)
        {
            var end = EndOfLiteral(line, at);
            longest = Math.Max(longest, end - at);
            at = Math.Max(end, at + 1);
        }

        return longest;
    }

    /// <summary>Where the literal that begins here ends; the place itself if none does.</summary>
    private static int EndOfLiteral(string line, int at)
    {
        var quote = line[at];
        if (quote is not ('"' or '\'' or '`'))
            return at;
        if (RawQuotes().Match(line, at) is { Success: true } raw && raw.Index == at)
        {
            var close = line.IndexOf(raw.Value, at + raw.Length, StringComparison.Ordinal);
            return close < 0 ? line.Length : close + raw.Length;
        }

        var isVerbatim = at > 0 && line[at - 1] == '@';
        var hasHoles = quote == '`' || (at > 0 && line[..at].TrimEnd('@').EndsWith('$'));
        for (var i = at + 1; i < line.Length; i++)
        {
            if (line[i] == '\\' && !isVerbatim)
                i++;
            else if (isVerbatim && line[i] == quote && i + 1 < line.Length && line[i + 1] == quote)
                i++;
            else if (line[i] == quote)
                return i + 1;
            else if (hasHoles && line[i] == '{')
                i = EndOfHole(line, i);
        }

        return line.Length;
    }

    private static int EndOfHole(string line, int at)
    {
        var depth = 0;
        for (var i = at; i < line.Length; i++)
        {
            var end = EndOfLiteral(line, i);
            if (end > i)
                i = end - 1;
            else if (line[i] == '{')
                depth++;
            else if (line[i] == '}' && --depth == 0)
                return i;
        }

        return line.Length;
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    [GeneratedRegex(@"https?://\S{60,}")]
    private static partial Regex Address();
}
