using System.Reflection;
using System.Text.RegularExpressions;
using OrleansCalls.Gateway.Hubs;
using OrleansCalls.Gateway.Wire;

namespace OrleansCalls.Tests.TypeScript;

/// <summary>The names in the client's page and sources are the hub's own.</summary>
public sealed partial class TableTests
{
    private static readonly string[] LocalErrors = ["media_denied", "media_missing"];

    private static string Page => File.ReadAllText(Path.Combine(Folders.Client, "README.md"));

    private static string Protocol => string.Concat(
        new[] { "protocol.ts", "commands.ts" }.Select(
            file => File.ReadAllText(Path.Combine(Folders.Client, "src", "calls", file))));

    [Fact]
    public void Events_AreThoseOfTheHub()
    {
        var events = HubEvent.All.Select(told => told.Name);
        Assert.Equal(Sorted(events), Sorted(Table("events")));
        Assert.Equal(Sorted(events), Sorted(Members("HubEvents", ":")));
        // A link listens only to what it is told of.
        var listened = Quoted(
            Between(File.ReadAllText(Path.Combine(Folders.Client, "src", "calls", "connection.ts")), "const hubEvents", "];"));
        Assert.Equal(Sorted(events), Sorted(listened));
    }

    [Fact]
    public void Commands_AreThoseOfTheHub()
    {
        var commands = typeof(CallHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsVirtual && !method.IsSpecialName).Select(method => method.Name).ToArray();
        Assert.Equal(Sorted(commands), Sorted(Table("commands")));
        Assert.Equal(Sorted(commands), Sorted(Members("HubCommands", "(")));
    }

    [Fact]
    public void Errors_AreThoseOfTheService_AndTwoOfTheDevice()
    {
        var codes = Wire<CallErrorCode>();
        Assert.Equal(Sorted(codes.Concat(LocalErrors)), Sorted(Table("errors")));
        var errors = File.ReadAllText(Path.Combine(Folders.Client, "src", "calls", "errors.ts"));
        Assert.Equal(Sorted(codes), Sorted(Quoted(Between(errors, "serviceErrorCodes = [", "]"))));
    }

    [Fact]
    public void Enumerations_AreThoseOfTheService()
    {
        Assert.Equal(Sorted(Wire<CallMedia>()), Union("Media"));
        Assert.Equal(Sorted(Wire<CallPhase>()), Union("CallState"));
        Assert.Equal(Sorted(Wire<LegPhase>()), Union("LegState"));
        Assert.Equal(Sorted(Wire<RingStage>()), Union("RingStage"));
        Assert.Equal(Sorted(Wire<SignalKind>()), Union("SignalKind"));
        Assert.Equal(Sorted(Wire<MediaState>()), Union("MediaState"));
        Assert.Equal(Sorted(Wire<HistoryOutcome>()), Union("Outcome"));
        Assert.Equal(Sorted(Wire<PushProvider>()), Union("PushProvider"));
        Assert.Equal(Sorted(Wire<EndReason>()), Union("EndReason"));
    }

    /// <summary>The first column of the table between two markers of the page.</summary>
    private static string[] Table(string name)
    {
        var rows = Between(Page, $"<!-- {name} -->", $"<!-- end {name} -->").Split('\n')
            .Where(row => row.StartsWith("| `", StringComparison.Ordinal));
        return [.. rows.SelectMany(row => Code().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value))];
    }

    private static string[] Members(string type, string after) => [.. Regex
        .Matches(Between(Protocol, $"export interface {type} {{", "\n}"), $@"(?m)^  (\w+){Regex.Escape(after)}")
        .Select(match => match.Groups[1].Value)];

    private static string[] Union(string type) => Sorted(Quoted(Between(Protocol, $"export type {type} =", ";")));

    private static string[] Quoted(string text) => [.. Quote().Matches(text).Select(match => match.Groups[1].Value)];

    private static string[] Wire<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.Wire())];

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"'{start}' is missing.");
        from += start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quote();
}
