using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>The page by keys and by ear, in other languages, with odd names, and zoomed in.</summary>
public sealed class LookUseTests(Browsers browsers) : IClassFixture<Browsers>
{
    [Need("chromium")]
    public async Task Keys_Answer_Mute_TurnTheCameraOff_HangUp_AndCanBeTurnedOff()
    {
        var ann = await browsers.SignIn("keys-ann");
        var ben = await browsers.SignIn("keys-ben");
        await ann.Call("keys-ben");
        await ben.GetByTestId("incoming").WaitForAsync();
        await ben.Keyboard.PressAsync("a");
        await ann.SeesPicture();

        await ben.Keyboard.PressAsync("m");
        await Assertions.Expect(ben.GetByTestId("mute")).ToHaveAccessibleNameAsync("Unmute");
        await Assertions.Expect(ann.GetByTestId("announcer")).ToContainTextAsync("Keys-ben muted the microphone.");
        await ben.Keyboard.PressAsync("v");
        await Assertions.Expect(ben.GetByTestId("camera")).ToHaveAccessibleNameAsync("Turn the camera on");
        await Assertions.Expect(ann.Locator(".tile.person:not(.has-picture) .avatar")).ToBeVisibleAsync();
        await ben.Keyboard.PressAsync("m");
        await Assertions.Expect(ann.GetByTestId("announcer")).ToContainTextAsync("Keys-ben turned the microphone on.");

        // A letter that is typed is a letter, and one with Ctrl is the browser's.
        await ben.GetByTestId("contact-input").FillAsync("");
        await ben.GetByTestId("contact-input").PressSequentiallyAsync("mV");
        await Assertions.Expect(ben.GetByTestId("contact-input")).ToHaveValueAsync("mV");
        await ben.GetByTestId("mute").FocusAsync();
        await ben.Keyboard.PressAsync("Control+m");
        await Assertions.Expect(ben.GetByTestId("mute")).ToHaveAccessibleNameAsync("Mute");

        await ben.Keyboard.PressAsync("?");
        await Assertions.Expect(ben.GetByTestId("keys")).ToContainTextAsync("Hang up or decline");
        await ben.GetByTestId("single-keys").FocusAsync();
        await ben.Keyboard.PressAsync("Space");
        await ben.Keyboard.PressAsync("Escape");
        await Assertions.Expect(ben.GetByTestId("keys")).ToBeHiddenAsync();
        await ben.Keyboard.PressAsync("Shift+H");
        await ben.Keyboard.PressAsync("m");
        await Assertions.Expect(ben.GetByTestId("mute")).ToHaveAccessibleNameAsync("Mute");
        await ann.GetByTestId("hangup").FocusAsync();
        await ann.Keyboard.PressAsync("Shift+H");
        await ben.IsGone("call-screen");
        await Assertions.Expect(ben.GetByTestId("notice")).ToContainTextAsync("hung up");
        await Assertions.Expect(ben.GetByTestId("notice")).ToHaveAttributeAsync("aria-live", "polite");
    }

    [Need("chromium")]
    public async Task Focus_StaysInADialog_AndComesBackFromIt()
    {
        var ann = await browsers.SignIn("focus-ann");
        var ben = await browsers.SignIn("focus-ben");
        await ben.GetByTestId("settings").FocusAsync();
        await ben.Keyboard.PressAsync("Enter");
        await ben.GetByTestId("settings-sheet").WaitForAsync();
        Assert.True(await StaysIn(ben, "settings-sheet"));
        await ben.Keyboard.PressAsync("Escape");
        await Assertions.Expect(ben.GetByTestId("settings")).ToBeFocusedAsync();

        await ben.Add("focus-ann");
        var more = ben.GetByTestId("more-focus-ann");
        await more.FocusAsync();
        await ben.Keyboard.PressAsync("Enter");
        await Assertions.Expect(ben.GetByTestId("menu-favourite")).ToBeFocusedAsync();
        await ben.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(ben.GetByRole(AriaRole.Menuitem).Last).ToBeFocusedAsync();
        await ben.Keyboard.PressAsync("Escape");
        await Assertions.Expect(more).ToBeFocusedAsync();

        await ann.Call("focus-ben", "audio");
        var ring = ben.GetByTestId("incoming");
        await ring.WaitForAsync();
        await Assertions.Expect(ring).ToHaveAttributeAsync("role", "alertdialog");
        Assert.True(await StaysIn(ben, "incoming"));
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("incoming");
        await Assertions.Expect(more).ToBeFocusedAsync();
    }

    [Need("chromium")]
    public async Task Languages_AreChosen_AndReadFromTheirSide()
    {
        var page = await browsers.SignIn("lang-lea");
        await page.GetByTestId("settings").ClickAsync();
        await page.GetByTestId("language").SelectOptionAsync("ar");
        await page.WaitForFunctionAsync("() => document.documentElement.dir === 'rtl'");
        await page.GetByTestId("me").WaitForAsync();
        await Assertions.Expect(page.Locator("#people-title")).ToHaveTextAsync("الأشخاص");
        Assert.True(await page.EvaluateAsync<bool>(
            "() => document.querySelector('.people').getBoundingClientRect().left > document.querySelector('.column').getBoundingClientRect().left"));
        await page.GetByTestId("settings").ClickAsync();
        await page.GetByTestId("language").SelectOptionAsync("de");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("dir", "ltr");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#people-title")).ToHaveTextAsync("Kontakte");
    }

    [Need("chromium")]
    public async Task OddNames_TurnNothingAround_AndStickOutNowhere_AlsoZoomedIn()
    {
        const string Odd =
            "Ann\u202Egpj.exe \u200Band a name so long that no line of any page has a place for it, not even of a very wide one";
        // A window of 1280 by 900 at 200 % has so many pixels.
        var ann = await new LookPerson("odd-ann", Odd) { Width = 640, Height = 450 }.SignIn(browsers);
        var ben = await new LookPerson("odd-ben", "Ben") { Width = 640, Height = 450 }.SignIn(browsers);
        await ann.Call("odd-ben");
        await Assertions.Expect(ben.Locator("#incoming-title")).ToContainTextAsync(new Regex("Ann ?gpj.exe and a name"));
        Assert.True(await Fits(ben));
        await Assertions.Expect(ben.GetByTestId("incoming-decline")).ToBeInViewportAsync();
        await ben.Answer();
        await ann.SeesPicture();
        foreach (var page in new[] { ann, ben })
        {
            Assert.True(await Fits(page));
            foreach (var control in new[] { "mute", "camera", "hangup" })
                await Assertions.Expect(page.GetByTestId(control)).ToBeInViewportAsync();
        }

        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
        await Assertions.Expect(ben.GetByTestId("notice")).ToContainTextAsync(new Regex("Ann ?gpj.exe"));
        Assert.True(await Fits(ben));
        Assert.DoesNotMatch("[\u200B\u202E]", await ben.Locator("body").InnerTextAsync());
    }

    [Need("chromium")]
    public async Task Search_FindsByNameAndId_AndFavouritesComeFirst_AlsoAfterAReload()
    {
        var page = await browsers.SignIn("find-fay");
        foreach (var one in new[] { "find-anna", "find-émile", "find-zoe" })
            await page.Add(one);
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("help").FocusAsync();
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.GetByTestId("contact-input")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("EMI");
        await Assertions.Expect(page.GetByTestId("contact-find-émile")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("contact-find-anna")).ToBeHiddenAsync();
        await page.GetByTestId("contact-input").FillAsync("nobody at all");
        await Assertions.Expect(page.GetByTestId("people-none")).ToContainTextAsync("nobody at all");
        await page.GetByTestId("contact-input").FillAsync("");

        await page.GetByTestId("more-find-zoe").ClickAsync();
        await page.GetByTestId("menu-favourite").ClickAsync();
        await Assertions.Expect(page.GetByTestId("people-list").GetByRole(AriaRole.Listitem).First)
            .ToContainTextAsync("find-zoe");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByTestId("people-list").GetByRole(AriaRole.Listitem).First)
            .ToContainTextAsync("find-zoe");
    }

    [Need("chromium")]
    public async Task History_ThatCannotBeLoaded_SaysSo_AndIsTriedAgain()
    {
        var page = await browsers.SignIn("hist-hal");
        await page.GetByTestId("history-empty").WaitForAsync();
        await page.EvaluateAsync("() => { window.__calls.history = () => Promise.reject(new Error('no')); }");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new Regex("^Missed") }).ClickAsync();
        await page.GetByTestId("history-error").WaitForAsync();
        await page.EvaluateAsync("() => { delete window.__calls.history; }");
        await page.GetByTestId("history-retry").ClickAsync();
        await page.IsGone("history-error");
        await Assertions.Expect(page.GetByTestId("history-empty")).ToContainTextAsync("No missed calls.");
    }

    [Need("chromium")]
    public async Task Theme_IsTheDevicesUntilOneIsChosen_AndMotionCanBeReduced()
    {
        var page = await new LookPerson("theme-tom", "Tom") { Colours = ColorScheme.Dark }.SignIn(browsers);
        Task<string> Paper() => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
        var dark = await Paper();
        await page.GetByTestId("settings").ClickAsync();
        await page.GetByTestId("theme-light").ClickAsync();
        var light = await Paper();
        Assert.NotEqual(dark, light);
        await page.ReloadAsync();
        await page.GetByTestId("me").WaitForAsync();
        Assert.Equal(light, await Paper());
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getAnimations().length"));
    }

    private static Task<bool> Fits(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");

    /// <summary>Whether the Tab key, pressed often, never leaves the dialog for another part of the page.</summary>
    private static async Task<bool> StaysIn(IPage page, string testId)
    {
        for (var presses = 0; presses < 25; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (!await page.EvaluateAsync<bool>(
                "id => document.activeElement === document.body || document.activeElement.closest(`[data-testid=\"${id}\"]`) !== null",
                testId))
                return false;
        }

        return true;
    }
}
