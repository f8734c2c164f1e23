using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// What people do with the page beside one simple call: several windows, several people, keys, small screens, a restart.
/// </summary>
public sealed class WindowTests(Browsers browsers) : IClassFixture<Browsers>
{
    [Need("chromium")]
    public async Task TwoPeople_WhoCallEachOtherAtOnce_AreInOneCall()
    {
        var ann = await browsers.SignIn("ann");
        var ben = await browsers.SignIn("ben");
        await ann.Add("ben");
        await ben.Add("ann");
        // At once is not quite at once: whoever is second may have the other's ring in front of the button, and a
        // mouse would wait for it to go.
        await Task.WhenAll(
            ann.GetByTestId("call-video-ben").DispatchEventAsync("click"),
            ben.GetByTestId("call-video-ann").DispatchEventAsync("click"));
        await ann.SeesPicture();
        await ben.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task ThreePeople_SeeEachOther_AndGoOnWhenOneLeaves()
    {
        var ann = await browsers.SignIn("ann3");
        var ben = await browsers.SignIn("ben3");
        var carl = await browsers.SignIn("carl3");
        await Call(ann, (ben, "ben3"), (carl, "carl3"));
        await carl.GetByTestId("hangup").ClickAsync();
        await carl.IsGone("call-screen");
        await ann.IsGone("remote-video-carl3");
        await ann.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task PressOnAccept_Counts_ThoughAnotherAnswersBeforeItsRelease()
    {
        var ann = await browsers.SignIn("press-ann");
        var ben = await browsers.SignIn("press-ben");
        var carl = await browsers.SignIn("press-carl");
        await ann.EvaluateAsync(
            "() => void window.__calls.startCall({ calleeIds: ['press-ben', 'press-carl'], media: 'audio' })");
        await carl.GetByTestId("incoming-accept").Locator("svg").HoverAsync();
        await carl.Mouse.DownAsync();
        await ben.Answer();
        await carl.WaitForFunctionAsync(
            "() => window.__calls.calls[0].call.legs.some(leg => leg.userId === 'press-ben' && leg.state === 'joined')");
        await carl.Mouse.UpAsync();
        await carl.GetByTestId("call-screen").WaitForAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.GetByTestId("hangup").ClickAsync();
        await carl.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task CallerOfThree_WhoLeaves_IsGone_AndComesBackWhenInvited()
    {
        var ann = await browsers.SignIn("ann4");
        var ben = await browsers.SignIn("ben4");
        var carl = await browsers.SignIn("carl4");
        await Call(ann, (ben, "ben4"), (carl, "carl4"));
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        foreach (var page in new[] { ben, carl })
        {
            await page.IsGone("remote-video-ann4");
            await page.SeesPicture();
        }

        await ben.GetByTestId("add-people").ClickAsync();
        await ben.GetByTestId("invite-input").FillAsync("ann4");
        await ben.GetByTestId("invite-submit").ClickAsync();
        await Assertions.Expect(ann.GetByTestId("incoming")).ToContainTextAsync("Ben4");
        await ann.Answer();
        foreach (var page in new[] { ann, ben, carl })
            await page.SeesPictures(2);
        await ben.GetByTestId("hangup").ClickAsync();
        await carl.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task WaitingCall_IsOffered_AndTakesThePlaceOfTheFirst()
    {
        await browsers.PutSettings("bess", new { callWaiting = true });
        var ann = await browsers.SignIn("alva");
        var ben = await browsers.SignIn("bess");
        var carl = await browsers.SignIn("cora");
        await ann.Call("bess");
        await ben.Answer();
        await ann.SeesPicture();

        await carl.Call("bess");
        await Assertions.Expect(ben.GetByTestId("incoming-accept")).ToContainTextAsync("End and accept");
        await ben.Answer();
        await ann.IsGone("call-screen");
        await carl.SeesPicture();
        await carl.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task KeysAlone_AreEnough()
    {
        var ann = await browsers.SignIn("amy");
        var ben = await browsers.SignIn("bud");
        await ann.Call("bud", "audio");
        await ben.GetByTestId("incoming").WaitForAsync();
        await Assertions.Expect(ben.GetByTestId("incoming-accept")).ToBeFocusedAsync();

        // Escape makes it quiet, here and in the person's other windows; it still rings for the caller.
        await ben.Keyboard.PressAsync("Escape");
        await Assertions.Expect(ben.GetByTestId("incoming-silence")).ToBeDisabledAsync();
        await Assertions.Expect(ann.GetByTestId("call-screen")).ToBeVisibleAsync();

        await ben.GetByTestId("incoming-decline").FocusAsync();
        await ben.Keyboard.PressAsync("Enter");
        await ann.IsGone("call-screen");
        await Assertions.Expect(ann.GetByTestId("notice").First).ToContainTextAsync("declined");
        await Assertions.Expect(ann.GetByTestId("notice").First).ToHaveAttributeAsync("role", new Regex("status|alert"));
    }

    [Need("chromium")]
    public async Task MissedCalls_SeenInOneWindow_AreSeenInAll()
    {
        var ann = await browsers.SignIn("abel");
        await ann.Call("bella", "audio");
        await ann.GetByTestId("hangup").ClickAsync();
        var one = await browsers.SignIn("bella");
        var other = await browsers.SignIn("bella");
        await other.GetByTestId("missed-badge").WaitForAsync();
        await one.GetByTestId("missed-ack").ClickAsync();
        await one.IsGone("missed-badge");
        await other.IsGone("missed-badge");
    }

    [Need("chromium")]
    public async Task Setting_OfOneWindow_IsShownInTheOther_AndUnsetsNoneOfItsOwn()
    {
        var one = await browsers.SignIn("dora");
        var other = await browsers.SignIn("dora");
        foreach (var page in new[] { one, other })
            await page.GetByTestId("settings").ClickAsync();
        await Assertions.Expect(other.GetByTestId("dnd")).ToBeEnabledAsync();
        await one.GetByTestId("dnd").CheckAsync();
        await Assertions.Expect(other.GetByTestId("dnd")).ToBeCheckedAsync();
        await other.GetByTestId("call-waiting").CheckAsync();
        await Assertions.Expect(one.GetByTestId("call-waiting")).ToBeCheckedAsync();
        await Assertions.Expect(one.GetByTestId("dnd")).ToBeCheckedAsync();
    }

    [Need("chromium")]
    public async Task SmallPhone_ScrollsDownOnly_InACallToo()
    {
        var ann = await browsers.SignIn("a-rather-long-user-id-for-a-small-phone", 320, 640);
        var ben = await browsers.SignIn("bo");
        Assert.True(await FitsAcross(ann));
        await ann.Call("bo");
        await ben.Answer();
        await ann.SeesPicture();
        Assert.True(await FitsAcross(ann));
        foreach (var button in new[] { "mute", "camera", "hangup" })
            await Assertions.Expect(ann.GetByTestId(button)).ToBeInViewportAsync();
        await ann.GetByTestId("hangup").ClickAsync();
    }

    [Need("chromium")]
    public async Task Service_Restarts_TheCallGoesOn_AndCanBeHungUp()
    {
        var ann = await browsers.SignIn("asa");
        var ben = await browsers.SignIn("bay");
        await ann.Call("bay");
        await ben.Answer();
        await ann.SeesPicture();

        await browsers.Restart();

        foreach (var page in new[] { ann, ben })
        {
            await page.WaitForFunctionAsync(
                "() => document.querySelector('[data-connection]')?.dataset.connection === 'connected'");
            await Assertions.Expect(page.GetByTestId("call-screen")).ToBeVisibleAsync();
        }

        await ann.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        await ben.IsGone("call-screen");
    }

    private static Task<bool> FitsAcross(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");

    /// <summary>One calls several by video; all of them answer, and see each other.</summary>
    private static async Task Call(IPage caller, params (IPage Page, string Name)[] callees)
    {
        foreach (var (_, name) in callees)
        {
            await caller.Add(name);
            // The box itself is for keys and screen readers; the face in front of it takes the clicks.
            await caller.GetByTestId($"select-{name}").FocusAsync();
            await caller.Keyboard.PressAsync("Space");
        }

        await caller.GetByTestId("call-video-selected").ClickAsync();
        foreach (var (page, _) in callees)
            await page.Answer();
        foreach (var page in callees.Select(callee => callee.Page).Prepend(caller))
            await page.SeesPictures(callees.Length);
    }
}
