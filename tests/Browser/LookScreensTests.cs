using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// Every screen of the page, on a phone and on a desk, light and dark, from the left and from the right: by
/// axe, and that nothing sticks out.
/// </summary>
public sealed class LookScreensTests(Browsers browsers) : IClassFixture<Browsers>
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions
        {
            Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        },
    };

    private const string TitleIsCovered =
        """
        () => {
          const box = element => element.getBoundingClientRect();
          const titles = [...document.querySelectorAll('.call-titles')].map(box).filter(({ width }) => width > 0);
          return [...document.querySelectorAll('.call-head .round')].map(box).filter(({ width }) => width > 0)
            .some(button => titles.some(title => button.left < title.right && title.left < button.right && button.top < title.bottom && title.top < button.bottom));
        }
        """;

    [Need("chromium")]
    public Task Phone_Light() =>
        Walk("phone-light", new("ann", "Ann Meyer") { Width = 390, Height = 844, Picture = (160, 360, 640) });

    [Need("chromium")]
    public Task Phone_Dark_FromTheRight() => Walk("phone-dark-ar", new("ann", "آنّا حدّاد")
    {
        Width = 390, Height = 844, Picture = (160, 360, 640), Colours = ColorScheme.Dark, Language = "ar",
    });

    [Need("chromium")]
    public Task Desk_Light_German() => Walk("desk-light-de", new("ann", "Ann Meyer") { Language = "de-DE" });

    [Need("chromium")]
    public Task Desk_Dark() => Walk("desk-dark", new("ann", "Ann Meyer") { Colours = ColorScheme.Dark });

    private async Task Walk(string name, LookPerson me)
    {
        var faults = new List<string>();
        await new LookWalk(browsers, me, async (page, screen) =>
        {
            await Keep(page, $"{name}-{screen}");
            var found = await page.RunAxe(Rules);
            faults.AddRange(found.Violations.Select(one =>
                $"{screen}: {one.Id}, {one.Help} {string.Join(" | ", one.Nodes.Take(3).Select(node => $"{node.Html} ({node.Any.FirstOrDefault()?.Message})"))}"));
            if (!await page.EvaluateAsync<bool>(
                "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                faults.Add($"{screen}: wider than the window");
            if (await page.EvaluateAsync<bool>(TitleIsCovered))
                faults.Add($"{screen}: a button lies on the title of the call");
        }).Go();
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    /// <summary>Keeps a picture where a person asked for them: SCREENSHOTS names the folder.</summary>
    private static async Task Keep(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }
}
