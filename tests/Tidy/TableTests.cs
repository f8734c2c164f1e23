using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Tidy;

/// <summary>
/// What an operator or an app sees is in the table of its page, and nothing else is. Settings have their own test, with defaults
/// and ranges: <c>tests/Edge/SettingsTableTests.cs</c>.
/// </summary>
public sealed partial class TableTests
{
    private const string Metrics = "silo/Telemetry/README.md";
    private const string Errors = "gateway/README.md";

    [Fact]
    public void Metrics_AreThoseOfTheirTable()
    {
        var created = (
            from path in Tree.Sources
            let text = Tree.Read(path)
            from Match made in Instrument().Matches(text)
            select (Name: made.Groups[1].Value.Replace('.', '_'), Place: $"{path}:{Tree.LineOf(text, made.Index)}")).ToList();
        var rows = Rows(Metrics, "| metric |")
            .SelectMany(row => Code().Matches(row.Cell).Select(name => (Name: name.Groups[1].Value, row.Place))).ToList();
        Assert.NotEmpty(created);
        Tree.IsTidy(
            created.Where(one => !rows.Exists(row => row.Name == one.Name))
                .Select(one => $"{one.Place}: {one.Name} is not in the table of {Metrics}")
                .Concat(
                    rows.Where(row => !created.Exists(one => one.Name == row.Name))
                        .Select(row => $"{row.Place}: no metric is called {row.Name}")));
    }

    [Fact]
    public void Errors_AreThoseOfTheirTable()
    {
        var codes = Enum.GetValues<CallErrorCode>().Select(EnumNames.Snake).ToList();
        var rows = Rows(Errors, "| code | status |")
            .Select(row => (Name: Code().Match(row.Cell).Groups[1].Value, row.Place)).ToList();
        Tree.IsTidy(
            codes.Where(code => !rows.Exists(row => row.Name == code))
                .Select(code => $"{Errors}:1: {code} is not in the table of errors")
                .Concat(
                    rows.Where(row => !codes.Contains(row.Name))
                        .Select(row => $"{row.Place}: no error has the code {row.Name}")));
    }

    /// <summary>The first cells of a table, without its head.</summary>
    private static IEnumerable<(string Cell, string Place)> Rows(string page, string head)
    {
        var lines = Tree.Lines(page);
        var first = Array.FindIndex(lines, line => line.StartsWith(head, StringComparison.Ordinal));
        Assert.True(first >= 0, $"{page}:1: no table begins with '{head}'");
        return lines.Index().Skip(first + 2).TakeWhile(line => line.Item.StartsWith('|'))
            .Select(line => (line.Item.Split('|')[1], $"{page}:{line.Index + 1}"));
    }

    [GeneratedRegex("""Create[A-Z][A-Za-z]+(?:<\w+>)?\(\s*"orleanscalls\.([a-z_.]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Code();
}
