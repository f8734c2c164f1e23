using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

public sealed class PageTests(Browsers browsers) : IClassFixture<Browsers>
{
    [Need("chromium")]
    public async Task VideoCall_PictureFlowsBothWays_UntilOneHangsUp()
    {
        var ann = await browsers.SignIn("ann");
        var ben = await browsers.SignIn("ben");
        await ann.Call("ben");
        await ben.GetByTestId("incoming").WaitForAsync();
        await ben.Answer();
        await ann.SeesPicture();
        await ben.SeesPicture();
        await Assertions.Expect(ann.GetByTestId("call-timer")).ToHaveTextAsync(new Regex("0:0[2-9]"));
        await Keep(ann, "call");

        await ben.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Reject_StopsTheCallersScreen_AndEveryOtherWindowOfTheCallee()
    {
        var ann = await browsers.SignIn("anna");
        var ben = await browsers.SignIn("bert");
        var bensOther = await browsers.SignIn("bert", 390, 844);
        await ann.Call("bert", "audio");
        await bensOther.GetByTestId("incoming").WaitForAsync();
        await ben.GetByTestId("incoming").WaitForAsync();
        await Keep(bensOther, "incoming");

        await ben.GetByTestId("incoming-decline").ClickAsync();
        await ann.IsGone("call-screen");
        await ben.IsGone("incoming");
        await bensOther.IsGone("incoming");
    }

    [Need("chromium")]
    public async Task Accept_OnOneWindow_StopsTheOthersRinging()
    {
        var ann = await browsers.SignIn("alma");
        var ben = await browsers.SignIn("bill");
        var bensOther = await browsers.SignIn("bill");
        await ann.Call("bill");
        await bensOther.GetByTestId("incoming").WaitForAsync();
        await ben.Answer();
        await bensOther.IsGone("incoming");
        await ann.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Window_ReloadedInACall_ComesBackIntoIt()
    {
        var ann = await browsers.SignIn("ada");
        var ben = await browsers.SignIn("bob");
        await ann.Call("bob");
        await ben.Answer();
        await ann.SeesPicture();
        await ben.SeesPicture();

        await ben.ReloadAsync();
        await ben.GetByTestId("call-screen").WaitForAsync();
        await ben.SeesPicture();
        await ann.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task MissedCall_ShowsAndCanBeAcknowledged()
    {
        var ann = await browsers.SignIn("abby");
        await ann.Call("bea", "audio");
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");

        var bea = await browsers.SignIn("bea", 390, 844, ColorScheme.Dark);
        await bea.GetByTestId("nav-badge").WaitForAsync();
        await bea.GetByTestId("nav-calls").ClickAsync();
        await bea.GetByTestId("missed-badge").WaitForAsync();
        await Keep(bea, "missed");
    }

    /// <summary>Keeps a picture where a person asked for them: SCREENSHOTS names the folder.</summary>
    private static async Task Keep(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        // Not while something fades in or out.
        await page.EvaluateAsync(
            "() => Promise.all(document.getAnimations().filter(a => a.effect?.getTiming().iterations !== Infinity).map(a => a.finished))");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }
}
