using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Machine;

/// <summary>Each race of the design's list has its test, here or where the README says.</summary>
public sealed partial class RaceListTests
{
    private const int Races = 32;

    [Fact]
    public void EveryRace_IsTestedSomewhere()
    {
        var here = typeof(RaceListTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributesData())
            .Where(data => data.AttributeType == typeof(TraitAttribute) && (string?)data.ConstructorArguments[0].Value == "race")
            .Select(data => int.Parse((string)data.ConstructorArguments[1].Value!, CultureInfo.InvariantCulture));
        var elsewhere = Row().Matches(File.ReadAllText(Repository.File("tests/Machine/README.md")))
            .Select(row => int.Parse(row.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, Races), here.Concat(elsewhere).Distinct().Order());
    }

    [GeneratedRegex(@"^\| (\d+) ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
