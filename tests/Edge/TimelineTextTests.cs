using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansCalls.Gateway.Timelines;

namespace OrleansCalls.Tests.Edge;

/// <summary>Everything that can stand in a timeline is explained; what the code writes is looked up in the code.</summary>
public sealed partial class TimelineTextTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void EveryReason_HasASentence_AndARemedy()
    {
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            AssertText(EndReasonTexts.Of(reason));
            Assert.NotNull(EndReasonTexts.Of(reason).Remedy);
        }
    }

    [Fact]
    public void EveryKindOfLine_ThatTheCodeWrites_IsExplained_AndNoOther()
    {
        var written = Sources("grains").SelectMany(text => KindPattern().Matches(text)).SelectMany(Words)
            .Concat(
                Enum.GetValues<MediaState>().Select(
                    state => $"media_{JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())}")).ToHashSet();
        Assert.True(written.Count > 20, "The code could not be read.");
        Assert.Equal(written.Order(), TraceTexts.Kinds.Order());
        foreach (var kind in written)
            AssertText(TraceTexts.Of(Line(kind)));
    }

    [Fact]
    public void EveryErrorOfAPush_IsExplained_AndNoOther()
    {
        var written = Sources("silo/Push").Concat(Sources("grains/Users")).SelectMany(text => ErrorPattern().Matches(text))
            .SelectMany(Words).ToHashSet();
        Assert.True(written.Count > 20, "The code could not be read.");
        Assert.Equal(written.Order(), PushTexts.Errors.Order());
        foreach (var error in written)
            AssertText(TraceTexts.Of(Line("push_failed", $"call_incoming fcm {error}")));
    }

    [Fact]
    public void ALaterVersionsWords_AreShownAsTheyAre()
    {
        Assert.Equal("teleported.", TraceTexts.Of(Line("teleported")).Sentence);
        Assert.NotNull(TraceTexts.Of(Line("push_failed", "call_incoming fcm something_new")).Remedy);
        Assert.NotNull(TraceTexts.Of(Line("push_failed")).Remedy);
    }

    /// <summary>Of an unreachable callee the timeline knows more than the reason does.</summary>
    [Theory]
    [InlineData(null, null, "no device said that it was alerting")]
    [InlineData("no_device", null, "has no device at all")]
    [InlineData("user_away", null, "The silo that hosts this user did not answer")]
    [InlineData("blocked", null, "has blocked the caller")]
    [InlineData("do_not_disturb", null, "does not want to be disturbed")]
    [InlineData("push_failed", "call_incoming fcm unregistered", "no longer registered")]
    public void Unreachable_SaysWhy(string? what, string? detail, string expected)
    {
        var explained = EndReasonTexts.Of(
            EndReason.Unreachable, [Line("started"), .. what is null ? [] : new[] { Line(what, detail) }]);
        Assert.Contains(expected, explained.Sentence, StringComparison.Ordinal);
        AssertText(explained);
        Assert.NotNull(explained.Remedy);
    }

    private static TimelineEntry Line(string what, string? detail = null) =>
        new() { At = At, What = what, UserId = "bob", Detail = detail };

    private static void AssertText(Explanation explained)
    {
        Assert.Matches("^[A-Z].*\\.$", explained.Sentence);
        if (explained.Remedy is not null)
            Assert.Matches("^[A-Z].*\\.$", explained.Remedy);
    }

    private static IEnumerable<string> Words(Match match) =>
        WordPattern().Matches(match.Groups["rest"].Value).Select(word => word.Groups[1].Value);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.GetFiles(Repository.Full(folder), "*.cs", SearchOption.AllDirectories)
                .Where(
                    file => !file.Contains(
                        $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                            .Select(File.ReadAllText);

    // turn.Record("started", ..., What = "delivered", ("webhook_sent", type), and the two words of a push.
    [GeneratedRegex(
        """(?:\.Record\((?<rest>[^,);$]*)|\bWhat\s*=\s*(?<rest>[^,;]*)|=> \((?<rest>"webhook_[a-z_]+"),|error is null \? (?<rest>"push_sent" : "push_failed"))""")]
    private static partial Regex KindPattern();

    [GeneratedRegex(
        """(?:\b(?:Gone|Refused|Later|Uncertain|Misconfigured)\((?<rest>[^;\n]*)|new\(AnswerKind\.\w+, (?<rest>"[a-z_]+")|\bError = (?<rest>[^;\n]*)|result\.Error is not \((?<rest>x)\))""")]
    private static partial Regex ErrorPattern();

    [GeneratedRegex("\"([a-z]+(?:_[a-z]+)*)\"")]
    private static partial Regex WordPattern();
}
