using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>The page of the descriptions, in a real browser under its own policy.</summary>
public sealed class DescriptionPageTests(Browsers browsers) : IClassFixture<Browsers>
{
    [Need("chromium")]
    public async Task Descriptions_AreShown_AndNothingIsAskedForElsewhere()
    {
        var page = await browsers.Open();
        var asked = new ConcurrentBag<string>();
        var said = new ConcurrentBag<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        await page.GotoAsync($"{browsers.Address}/api-reference/");
        await page.GetByText("Accepts the call on this device").First.WaitForAsync(
            new LocatorWaitForOptions { Timeout = 60_000, State = WaitForSelectorState.Attached });
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "descriptions.png") });

        Assert.Contains($"{browsers.Address}/openapi/v1.json", asked);
        Assert.DoesNotContain(
            asked,
            url => !url.StartsWith(browsers.Address, StringComparison.Ordinal)
                && !url.StartsWith("data:", StringComparison.Ordinal)
                && !url.StartsWith("blob:", StringComparison.Ordinal));
        Assert.DoesNotContain(said, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }
}
