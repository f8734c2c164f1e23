using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>Whoever counts lines or raises alarms on them goes by their ids and names, so each has its own.</summary>
public sealed partial class LogLineTests
{
    // Anything else is printed as .NET prints it: an enum's member as `NoAnswer`, which is `no_answer` everywhere else.
    private static readonly HashSet<string> Printable =
        ["string", "string?", "int", "long", "double", "TimeSpan", "DateTimeOffset", "LoggedUser", "ILogger", "Exception", "Exception?"];

    private static readonly IReadOnlyList<(string File, string Id, string Text, string Parameters)> Lines =
    [
        .. new[] { "gateway", "silo", "grains", "grain-interfaces" }.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .SelectMany(file => Line().Matches(Repository.Read(file)).Select(match =>
                (file, match.Groups["id"].Value, match.Groups["rest"].Value, match.Groups["parameters"].Value))),
    ];

    [Fact]
    public void EveryLine_IsSeen() => Assert.Equal(
        new[] { "gateway", "silo", "grains", "grain-interfaces" }.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Sum(file => Regex.Count(Repository.Read(file), @"\[LoggerMessage\(")),
        Lines.Count);

    [Fact]
    public void Ids_AreUnique() => Assert.Empty(Repeated(Lines.Select(line => line.Id)));

    [Fact]
    public void EveryLine_HasANameOfItsOwn()
    {
        Assert.All(Lines, line => Assert.Matches(Name(), line.Text));
        Assert.Empty(Repeated(Lines.Select(line => Name().Match(line.Text).Groups[1].Value)));
    }

    [Fact]
    public void Values_ArePrintedAsOnTheWire() => Assert.All(
        Lines.SelectMany(line => Parameter().Matches(line.Parameters).Select(match => (line.File, line.Id, Type: match.Groups[1].Value))),
        use => Assert.Contains(use.Type, Printable));

    private static IEnumerable<string> Repeated(IEnumerable<string> all) => all.GroupBy(one => one).Where(group => group.Count() > 1).Select(group => group.Key);

    [GeneratedRegex("""\[LoggerMessage\(\s*(?<id>\d+),(?<rest>.*?)\)\]\s*(?:public|private|internal) (?:static )?partial void \w+\((?<parameters>[^)]*)\)""", RegexOptions.Singleline)]
    private static partial Regex Line();

    [GeneratedRegex("""EventName = "([A-Z][A-Za-z]+)"$""")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:^|,\s*)(?:this )?([\w?]+) @?\w+")]
    private static partial Regex Parameter();
}
