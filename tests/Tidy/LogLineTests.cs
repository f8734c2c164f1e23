using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Tidy;

/// <summary>Whoever counts lines or raises alarms on them goes by their ids and names, so each has its own.</summary>
public sealed partial class LogLineTests
{
    // Anything else is printed as .NET prints it: an enum's member as `NoAnswer`, which is `no_answer` everywhere else.
    private static readonly HashSet<string> Printable =
        [
            "string", "string?", "int", "long", "double", "TimeSpan", "DateTimeOffset", "LoggedUser", "ILogger",
            "Exception", "Exception?",
        ];

    private static readonly IReadOnlyList<(string Place, string Id, string Text, string Parameters)> Lines =
    [
        .. from path in Tree.Sources
           let text = Tree.Read(path)
           from Match line in Line().Matches(text)
           select ($"{path}:{Tree.LineOf(text, line.Index)}", line.Groups["id"].Value, line.Groups["rest"].Value,
               line.Groups["parameters"].Value),
    ];

    [Fact]
    public void EveryLine_IsSeen() =>
        Assert.Equal(Tree.Sources.Sum(path => Regex.Count(Tree.Read(path), @"\[LoggerMessage\(")), Lines.Count);

    [Fact]
    public void Ids_AreUnique() => Tree.IsTidy(Repeated(Lines.Select(line => (line.Place, line.Id))));

    [Fact]
    public void EveryLine_HasANameOfItsOwn()
    {
        Tree.IsTidy(
            Lines.Where(line => !Name().IsMatch(line.Text)).Select(
                line => $"{line.Place}: the line has no EventName, or it is not the last argument"));
        Tree.IsTidy(Repeated(Lines.Select(line => (line.Place, Name().Match(line.Text).Groups[1].Value))));
    }

    [Fact]
    public void Values_ArePrintedAsOnTheWire() => Tree.IsTidy(
        from line in Lines
        from Match parameter in Parameter().Matches(line.Parameters)
        let type = parameter.Groups[1].Value
        where !Printable.Contains(type)
        select $"{line.Place}: a {type} is not printed as it is on the wire");

    private static IEnumerable<string> Repeated(IEnumerable<(string Place, string Value)> all) =>
        from one in all
        group one by one.Value into same
        where same.Count() > 1
        from one in same
        select $"{one.Place}: {one.Value} is taken by another line";

    [GeneratedRegex(
        """\[LoggerMessage\(\s*(?<id>\d+),(?<rest>.*?)\)\]\s*(?:public|private|internal) (?:static )?partial void \w+\((?<parameters>[^)]*)\)""",
        RegexOptions.Singleline)]
    private static partial Regex Line();

    [GeneratedRegex("""EventName = "([A-Z][A-Za-z]+)"$""")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:^|,\s*)(?:this )?([\w.]+(?:<[^()]*?>)?\??) @?\w+")]
    private static partial Regex Parameter();
}
