using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// The pictures of a call: where they are, how much of a face is seen, who speaks, and the call out of its page.
/// </summary>
public sealed class LookCallTests(Browsers browsers) : IClassFixture<Browsers>
{
    /// <summary>How much of the picture of each tile is seen, of its width and of its height; by the tile's seat.</summary>
    private const string Seen =
        """
        () => Math.min(...[...document.querySelectorAll('.tile.has-picture:not([hidden]) video')].map(video => {
          const { clientWidth: w, clientHeight: h, videoWidth, videoHeight } = video;
          const scale = Math.max(w / videoWidth, h / videoHeight);
          return Math.min(w / (videoWidth * scale), h / (videoHeight * scale));
        }))
        """;

    /// <summary>The seat of the largest tile.</summary>
    private const string Largest =
        """
        () => [...document.querySelectorAll('.tile:not([hidden])')]
          .sort((a, b) => b.clientWidth * b.clientHeight - a.clientWidth * a.clientHeight)[0].dataset.seat
        """;

    [Need("chromium")]
    public async Task ThreePeople_AreSeenAlike_OrOneOfThemLarge_AndNoFaceIsCut()
    {
        var ann = await new LookPerson("lay-ann", "Ann").SignIn(browsers);
        var ben = await new LookPerson("lay-ben", "Ben") { Picture = (20, 360, 640) }.SignIn(browsers);
        var chen = await new LookPerson("lay-chen", "Chen") { Picture = (265, 640, 360), Talks = true }.SignIn(browsers);
        await Call(ann, (ben, "lay-ben"), (chen, "lay-chen"));
        foreach (var (width, height) in new[] { (1440, 900), (390, 844), (844, 390), (640, 450) })
        {
            await ann.SetViewportSizeAsync(width, height);
            foreach (var _ in new[] { "grid", "speaker" })
            {
                await ann.GetByTestId("layout").ClickAsync();
                await ann.WaitForFunctionAsync(
                    $"() => document.querySelectorAll('.tile:not([hidden])').length === 3 && ({Seen})() > 0.69");
                Assert.Equal(0, await ann.EvaluateAsync<int>(
                    """
                    () => [...document.querySelectorAll('.tile')].map(tile => tile.getBoundingClientRect())
                      .filter(box => box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight || box.width < 60).length
                    """));
            }
        }

        await ann.SetViewportSizeAsync(1440, 900);
        await ann.GetByTestId("pin-lay-chen").ClickAsync();
        await ann.WaitForFunctionAsync($"() => ({Largest})() === 'lay-chen'");
        await Assertions.Expect(ann.GetByTestId("pin-lay-chen")).ToHaveAttributeAsync("aria-pressed", "true");
        await ann.GetByTestId("pin-lay-ben").ClickAsync();
        await ann.WaitForFunctionAsync($"() => ({Largest})() === 'lay-ben'");
        await ben.GetByTestId("camera").ClickAsync();
        await Assertions.Expect(ann.Locator("[data-seat=lay-ben] .avatar")).ToBeVisibleAsync();
        await ann.Locator("[data-seat=lay-chen].is-speaking").WaitForAsync();
        await Assertions.Expect(ann.Locator(".call-speaking")).ToContainTextAsync("speaking");

        var widthBefore = await ann.GetByTestId("call-screen").EvaluateAsync<int>("screen => screen.clientWidth");
        await ann.GetByTestId("widen").ClickAsync();
        Assert.InRange(
            await ann.GetByTestId("call-screen").EvaluateAsync<int>("screen => screen.clientWidth"), widthBefore + 300, 1440);
        await ann.GetByTestId("hangup").ClickAsync();
        await chen.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Call_FillsTheScreen_AndGoesIntoAWindowOfItsOwn_AndComesBack()
    {
        var ann = await new LookPerson("out-ann", "Ann").SignIn(browsers);
        var ben = await new LookPerson("out-ben", "Ben").SignIn(browsers);
        await Call(ann, (ben, "out-ben"));
        await ann.GetByTestId("full-screen").ClickAsync();
        await ann.WaitForFunctionAsync("() => document.fullscreenElement?.dataset.testid === 'call-screen'");
        await ann.GetByTestId("full-screen").ClickAsync();
        await ann.WaitForFunctionAsync("() => document.fullscreenElement === null");

        var opening = ann.Context.WaitForPageAsync();
        await ann.GetByTestId("pip").ClickAsync();
        var window = await opening;
        await ann.GetByTestId("call-away").WaitForAsync();
        await window.GetByTestId("call-screen").WaitForAsync();
        Assert.Equal(
            "rgb(11, 19, 17)",
            await window.GetByTestId("call-screen").EvaluateAsync<string>("screen => getComputedStyle(screen).backgroundColor"));
        await window.GetByTestId("mute").ClickAsync();
        await Assertions.Expect(ben.GetByTestId("announcer")).ToContainTextAsync("Ann muted the microphone.");
        await ann.GetByTestId("pip-back").ClickAsync();
        await ann.GetByTestId("call-screen").WaitForAsync();
        await ann.SeesPicture();

        opening = ann.Context.WaitForPageAsync();
        await ann.GetByTestId("pip").ClickAsync();
        window = await opening;
        await window.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
        await ann.IsGone("call-away");
        await Assertions.Expect(ann.GetByTestId("call-screen")).ToBeHiddenAsync();
    }

    /// <summary>
    /// The browser asks for this when another tab comes to the front; a test cannot bring one there, so
    /// it asks in the browser's place.
    /// </summary>
    [Need("chromium")]
    public async Task AnotherTabInFront_TakesTheCallOutOfItsPage_ByItself()
    {
        var context = await browsers.Context(new BrowserNewContextOptions { Permissions = ["camera", "microphone"] });
        await context.AddInitScriptAsync(
            """
            window.__asked = [];
            const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
            navigator.mediaSession.setActionHandler = (action, run) => { window.__asked.push([action, run]); set(action, run); };
            documentPictureInPicture.requestWindow = size => (window.__size = size, Promise.reject(new Error('no')));
            """);
        var ann = await context.NewPageAsync();
        await ann.GotoAsync(browsers.Address);
        await ann.GetByTestId("signin-user").FillAsync("tab-ann");
        await ann.GetByTestId("signin-submit").ClickAsync();
        await ann.GetByTestId("me").WaitForAsync();
        const string Ask = "() => window.__asked.find(([action]) => action === 'enterpictureinpicture')[1]()";
        await ann.EvaluateAsync(Ask);
        Assert.True(await ann.EvaluateAsync<bool>("() => window.__size === undefined"));

        await ann.Call("tab-nobody");
        await ann.EvaluateAsync(Ask);
        Assert.InRange(await ann.EvaluateAsync<int>("() => window.__size.width"), 200, 600);
        await Assertions.Expect(ann.GetByTestId("call-screen")).ToBeVisibleAsync();
        await context.CloseAsync();
    }

    [Need("chromium")]
    public async Task OnAPhone_TheCallIsMadeSmall_AndLargeAgain()
    {
        var ann = await new LookPerson("small-ann", "Ann") { Width = 390, Height = 844 }.SignIn(browsers);
        var ben = await new LookPerson("small-ben", "Ben") { Picture = (20, 360, 640) }.SignIn(browsers);
        await Call(ann, (ben, "small-ben"));
        await ann.GetByTestId("shrink").ClickAsync();
        await Assertions.Expect(ann.GetByTestId("shrink")).ToHaveAccessibleNameAsync("Make the call large");
        // What is beneath can be used meanwhile.
        await ann.GetByTestId("nav-calls").ClickAsync();
        await Assertions.Expect(ann.Locator("#history-title")).ToBeInViewportAsync();
        await ann.SeesPicture();
        await ann.GetByTestId("shrink").ClickAsync();
        await Assertions.Expect(ann.GetByTestId("hangup")).ToBeInViewportAsync();
        foreach (var control in new[] { "mute", "camera", "add-people", "call-devices", "hangup" })
            Assert.InRange(
                await ann.GetByTestId(control).EvaluateAsync<int>("button => Math.min(button.clientWidth, button.clientHeight)"),
                44, 90);
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    /// <summary>One calls several by video; all of them answer, and the caller sees them.</summary>
    private static async Task Call(IPage caller, params (IPage Page, string Name)[] callees)
    {
        foreach (var (_, name) in callees)
        {
            await caller.Add(name);
            await caller.GetByTestId($"select-{name}").FocusAsync();
            await caller.Keyboard.PressAsync("Space");
        }

        await caller.GetByTestId("call-video-selected").ClickAsync();
        foreach (var (page, _) in callees)
            await page.Answer();
        await caller.SeesPictures(callees.Length);
    }
}
