using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Tidy;

/// <summary>What pages refer to is there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Links_LeadToFilesAndHeadings()
    {
        var pages = Tree.Ending(".md").ToDictionary(path => path, Prose);
        Assert.Contains(pages, page => Link().IsMatch(page.Value));
        Tree.IsTidy(
            from page in pages
            from Match link in Link().Matches(page.Value)
            let target = link.Groups[1].Value
            where !target.Contains(':', StringComparison.Ordinal)
            let problem = Problem(page.Key, target, pages)
            where problem is not null
            select $"{page.Key}:{Tree.LineOf(page.Value, link.Index)}: {target} {problem}");
    }

    /// <summary>
    /// A path in a page's text is one of a file that there is: from the root, from the page's folder, or the end of its path.
    /// </summary>
    [Fact]
    public void Paths_InBackticks_AreOfFiles() => Tree.IsTidy(
        from page in Tree.Ending(".md")
        let text = Prose(page)
        from Match named in FilePath().Matches(text)
        let path = named.Groups[1].Value
        where !Tree.Paths.Any(file => file == path || file.EndsWith("/" + path, StringComparison.Ordinal))
            && !Tree.Exists(Resolve(page, path))
        select $"{page}:{Tree.LineOf(text, named.Index)}: there is no {path}");

    private static string? Problem(string page, string target, Dictionary<string, string> pages)
    {
        var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0 ? page : Resolve(page, path);
        if (!Tree.Exists(file))
            return "leads nowhere";
        return anchor is null || !pages.TryGetValue(file, out var text) || Anchors(text).Contains(anchor)
            ? null
            : "names no heading of that page";
    }

    /// <summary>A path beside a page, from the root.</summary>
    private static string Resolve(string page, string path)
    {
        var parts = new Stack<string>(page.Split('/')[..^1]);
        foreach (var part in path.TrimEnd('/').Split('/'))
        {
            if (part != "..")
                parts.Push(part);
            else if (!parts.TryPop(out _))
                return "/";
        }

        return string.Join('/', parts.Reverse().Where(part => part != "."));
    }

    /// <summary>A page without its code, whose lines stay where they are.</summary>
    private static string Prose(string path) =>
        Fence().Replace(Tree.Read(path), code => new string('\n', code.Value.Count('\n')));

    /// <summary>The anchors that GitHub gives to headings.</summary>
    private static HashSet<string> Anchors(string text)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(text))
        {
            var words = LinkText().Replace(heading.Groups[1].Value, "$1")
                .Replace("`", "", StringComparison.Ordinal).ToLowerInvariant();
            var slug = NoAnchor().Replace(words, "").Replace(' ', '-');
            for (var count = 0; !given.Add(count == 0 ? slug : $"{slug}-{count}");)
                count++;
        }

        return given;
    }

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"`((?:\w[\w.-]*/|\.\./)+[\w.-]+\.(?:cs|md|ts|mjs|sh|css|sql|yaml|yml|csproj|props))`")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^#{1,6} +(.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
