using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Tidy;

/// <summary>
/// Dialects have names. The numbers of their documents are aliases in settings, and words in texts for
/// people, but no code goes by them.
/// </summary>
public sealed partial class DialectNumberTests
{
    /// <summary>Where a number stands for itself.</summary>
    private static readonly (string Path, string Constant)[] Allowed =
    [
        // Ids of devices that clients were given begin with it, and are kept with push tokens.
        ("grain-interfaces/NamelessDevice.cs", "PageLanguage"),
        // The same, and what clients send as their platform.
        ("gateway/Dialects/Rooms/RoomDialect.cs", "Tag"),
    ];

    [Fact]
    public void Numbers_AreAliasesOnly() => Tree.IsTidy(
        from path in Tree.Sources.Concat(Tree.Ending(".ts").Where(path => !path.Contains("/tests/", StringComparison.Ordinal)))
        from line in Tree.Lines(path).Index()
        where Number().IsMatch(line.Item)
        where !Allowed.Any(one => one.Path == path && line.Item.Contains($" {one.Constant} = ", StringComparison.Ordinal))
        select $"{path}:{line.Index + 1}: the number of a dialect, where its name belongs (gateway/Dialects/Core/DialectNames.cs)");

    [GeneratedRegex("""["'`]00[0-4]["'`]""")]
    private static partial Regex Number();
}
