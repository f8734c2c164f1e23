using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>A walk over all screens of the page: whoever takes it looks at each of them.</summary>
internal sealed class LookWalk(Browsers browsers, LookPerson me, Func<IPage, string, Task> look)
{
    private readonly string _suffix = $"-{Guid.NewGuid():N}"[..6];
    private readonly List<IPage> _open = [];

    public async Task Go()
    {
        var page = Keep(await me.Open(browsers));
        await look(page, "sign-in");
        await page.RouteAsync("**/dev/token", route => route.AbortAsync());
        await page.GetByTestId("signin-user").FillAsync(Id(me.UserId));
        await page.GetByTestId("signin-name").FillAsync(me.Name);
        await page.GetByTestId("signin-submit").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).Not.ToBeEmptyAsync();
        await look(page, "sign-in-failed");
        await page.UnrouteAsync("**/dev/token");
        // Of everybody who is online only those of this walk are shown.
        await page.RouteAsync("**/users?online=true*", route => route.FulfillAsync(new RouteFulfillOptions { Status = 404 }));
        await page.GetByTestId("signin-submit").ClickAsync();
        await page.GetByTestId("history-empty").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await look(page, "nobody");
        await Calls(page);
        await look(page, "calls-none");
        await People(page);
        await Sheets(page);
        await OneToOne(page);
        await Group(page);
        await Calls(page);
        await Assertions.Expect(page.GetByTestId("history-list").GetByRole(AriaRole.Listitem)).Not.ToHaveCountAsync(0);
        await look(page, "calls");
        await Failures(page);
        foreach (var one in _open)
            await one.Context.CloseAsync();
    }

    private async Task People(IPage page)
    {
        await Tab(page, "people");
        foreach (var (id, name) in new[] { ("ben", "Ben Okafor"), ("chen", "Chen Wei"), ("dina", "Dina Haddad") })
            Keep(await new LookPerson(Id(id), name) { Picture = Drawn(id) }.SignIn(browsers));
        foreach (var id in new[] { "ben", "chen", "dina", "erik", "fatima" })
            await page.Add(Id(id));
        await page.GetByTestId($"more-{Id("chen")}").ClickAsync();
        await look(page, "person-menu");
        await page.GetByTestId("menu-favourite").ClickAsync();
        await Assertions.Expect(page.GetByTestId($"contact-{Id("dina")}")).ToHaveAttributeAsync("data-online", "true");
        await look(page, "people");
        await page.GetByTestId("contact-input").FillAsync("zz");
        await look(page, "people-not-found");
        await page.GetByTestId("contact-input").FillAsync("");
    }

    private async Task Sheets(IPage page)
    {
        await Settings(page);
        await Assertions.Expect(page.GetByTestId("dnd")).ToBeEnabledAsync();
        await page.GetByTestId("dnd").CheckAsync();
        await look(page, "settings");
        await page.GetByTestId("dnd").UncheckAsync();
        await page.GetByTestId("show-keys").ClickAsync();
        await look(page, "keys");
        await page.GetByTestId("keys-close").ClickAsync();
        await page.GetByTestId("settings-sheet-close").ClickAsync();
    }

    private async Task OneToOne(IPage page)
    {
        var ben = _open[1];
        await Tab(page, "people");
        await page.Call(Id("ben"));
        await ben.GetByTestId("incoming").WaitForAsync();
        await look(page, "call-out");
        await ben.Answer();
        await page.SeesPicture();
        await Assertions.Expect(page.Locator(".tile.is-corner.has-picture")).ToBeVisibleAsync();
        await look(page, "call-of-two");
        await page.GetByTestId("camera").ClickAsync();
        await ben.GetByTestId("camera").ClickAsync();
        await ben.GetByTestId("mute").ClickAsync();
        await Assertions.Expect(page.Locator(".tile.has-picture")).ToHaveCountAsync(0);
        await look(page, "call-without-pictures");
        if (me.IsPhone)
        {
            await page.GetByTestId("shrink").ClickAsync();
            await look(page, "call-small");
            await page.GetByTestId("shrink").ClickAsync();
        }

        await ben.GetByTestId("hangup").ClickAsync();
        await page.IsGone("call-screen");
        await look(page, "call-over");

        await ben.Call(Id(me.UserId));
        await page.GetByTestId("incoming").WaitForAsync();
        await look(page, "ring");
        await page.GetByTestId("incoming-message").ClickAsync();
        await look(page, "ring-message");
        await page.GetByTestId("menu-messageLater").ClickAsync();
        await page.IsGone("incoming");
        await ben.IsGone("call-screen");
    }

    private async Task Group(IPage page)
    {
        await Tab(page, "people");
        foreach (var id in new[] { "ben", "chen", "dina" })
        {
            await page.GetByTestId($"select-{Id(id)}").FocusAsync();
            await page.Keyboard.PressAsync("Space");
        }

        await look(page, "people-selected");
        await page.GetByTestId("call-video-selected").ClickAsync();
        foreach (var other in _open.Skip(1))
            await other.Answer();
        await page.SeesPictures(3, 120_000);
        await look(page, "call-of-four");
        await page.GetByTestId("layout").ClickAsync();
        await page.GetByTestId($"pin-{Id("chen")}").ClickAsync();
        await look(page, "call-of-four-pinned");
        await page.GetByTestId("layout").ClickAsync();
        await page.GetByTestId("add-people").ClickAsync();
        await look(page, "add-people");
        await page.GetByTestId("invite-cancel").ClickAsync();
        await page.GetByTestId("call-devices").ClickAsync();
        await page.GetByTestId("preview").WaitForAsync();
        await look(page, "devices");
        await page.GetByTestId("devices-close").ClickAsync();
        await page.GetByTestId("hangup").ClickAsync();
        await page.IsGone("call-screen");
    }

    private async Task Failures(IPage page)
    {
        await page.Context.SetOfflineAsync(true);
        await page.GetByTestId("offline-banner").WaitForAsync();
        await look(page, "offline");
        await page.Context.SetOfflineAsync(false);
        await page.IsGone("offline-banner");
    }

    private async Task Tab(IPage page, string name)
    {
        if (me.IsPhone)
            await page.GetByTestId($"nav-{name}").ClickAsync();
    }

    private Task Calls(IPage page) => Tab(page, "calls");

    private Task Settings(IPage page) => page.GetByTestId(me.IsPhone ? "nav-settings" : "settings").ClickAsync();

    private IPage Keep(IPage page)
    {
        _open.Add(page);
        return page;
    }

    private string Id(string name) => name + _suffix;

    private static (int Hue, int Width, int Height) Drawn(string id) => id switch
    {
        "ben" => (20, 360, 640),
        "chen" => (265, 640, 360),
        _ => (95, 640, 480),
    };
}
