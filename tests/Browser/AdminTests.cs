using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>The operators' page in a real Chromium, beside people who call each other.</summary>
public sealed class AdminTests(AdminSite site) : IClassFixture<AdminSite>
{
    [Need("chromium")]
    public async Task Operator_SignsInByToken_FindsACall_SeesItsSequence_AndEndsIt()
    {
        var ann = await site.Browsers.SignIn("adm-ann");
        var ben = await site.Browsers.SignIn("adm-ben");
        foreach (var page in new[] { ann, ben })
            page.SetDefaultTimeout(60_000);
        await ann.Call("adm-ben", "audio");
        await ben.Answer();

        var admin = await site.SignIn("olga");
        await Assertions.Expect(admin.GetByTestId("me")).ToContainTextAsync("Signed in as olga");
        await Assertions.Expect(admin.GetByTestId("expiry")).ToHaveTextAsync(new Regex(@"until \d\d:\d\d"));
        await Assertions.Expect(admin.Locator("[data-testid=figure-open] [data-state=active]"))
            .ToHaveTextAsync(new Regex("^[1-9]"));
        await Assertions.Expect(admin.GetByTestId("gateways")).ToContainTextAsync("0.1.0");
        await Assertions.Expect(admin.Locator("[data-testid=silos] [data-word=active]")).ToHaveCountAsync(1);

        await admin.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Calls", Exact = true }).ClickAsync();
        await admin.GetByTestId("filter-userId").FillAsync("adm-ben");
        await admin.GetByTestId("filter-state").SelectOptionAsync("active");
        await admin.GetByTestId("filter-submit").ClickAsync();
        await admin.Locator("[data-testid=calls] a[href*='#/calls/']").First.ClickAsync();

        var sequence = admin.GetByTestId("sequence");
        await Assertions.Expect(sequence.Locator("[data-what=started]")).ToHaveAttributeAsync("data-to", "call");
        await Assertions.Expect(sequence.Locator("[data-what=delivered]").First).ToHaveAttributeAsync("data-from", "call");
        await Assertions.Expect(sequence.Locator("[data-what=accepted], [data-what=accepted_not_ready]").First)
            .ToHaveAttributeAsync("data-from", new Regex("adm-ben"));
        await Assertions.Expect(sequence.Locator("[data-lane=device]")).ToHaveCountAsync(2);
        await Assertions.Expect(admin.GetByTestId("timeline").Locator("tbody tr")).Not.ToHaveCountAsync(0);

        await admin.GetByTestId("end-call").ClickAsync();
        await admin.GetByTestId("confirm").ClickAsync();
        await ann.IsGone("call-screen");
        await ben.IsGone("call-screen");
        await Assertions.Expect(admin.GetByTestId("said")).ToHaveTextAsync("The call was ended.");
        await Assertions.Expect(admin.GetByTestId("call-facts")).ToContainTextAsync("ended by admin");
        await Assertions.Expect(sequence.Locator("[data-what=operator]")).ToHaveAttributeAsync("data-from", "operator");
        await Keep(admin, "admin-call");
        Assert.Empty(site.Faults(admin));
    }

    [Need("chromium")]
    public async Task Operator_LooksAtAUser_Notifies_AndErases_AfterTypingTheId()
    {
        await site.Browsers.PutSettings("adm-eve", new { callWaiting = true, blocked = new[] { "adm-mallory" } });
        var eve = await site.Browsers.SignIn("adm-eve");
        var admin = await site.SignIn("olga", "#/users/adm-eve");
        await Assertions.Expect(admin.GetByTestId("user-state")).ToHaveTextAsync("Online");
        await Assertions.Expect(admin.GetByTestId("connections").Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.GetByTestId("user-settings")).ToContainTextAsync("adm-mallory");
        await Keep(admin, "admin-user");

        await admin.GetByTestId("notify").ClickAsync();
        await admin.GetByTestId("notify-payload").FillAsync("{");
        await admin.GetByTestId("confirm").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("failure")).ToContainTextAsync("not JSON");
        await admin.GetByTestId("notify-payload").FillAsync("{\"a\":1}");
        await admin.GetByTestId("confirm").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("said")).ToHaveTextAsync("Handed to 1 connection.");

        await admin.GetByTestId("erase").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("erase-typed").FillAsync("adm-ev");
        await admin.GetByTestId("erase-typed").PressAsync("Enter");
        await Assertions.Expect(admin.GetByTestId("confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("erase-typed").FillAsync("adm-eve");
        await admin.GetByTestId("confirm").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("said")).ToContainTextAsync("Erased");
        await Assertions.Expect(admin.GetByTestId("user-settings")).Not.ToContainTextAsync("adm-mallory");
        await eve.GetByTestId("me").WaitForAsync();
        Assert.Empty(site.Faults(admin));
    }

    [Need("chromium")]
    public async Task SignOut_MakesEveryCopyOfTheCookieWorthless()
    {
        var admin = await site.SignIn("olga");
        var cookie = Assert.Single(await admin.Context.CookiesAsync(), one => one.Name == "calls-admin");
        Assert.True(cookie.HttpOnly);
        Assert.Equal((SameSiteAttribute.Strict, "/api/v1/admin"), (cookie.SameSite, cookie.Path));
        Assert.Equal("", await admin.EvaluateAsync<string>("() => document.cookie"));

        var thief = await site.Browsers.Open();
        await thief.Context.AddCookiesAsync(
            [new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }]);
        await thief.GotoAsync($"{site.Browsers.Address}/admin/");
        await thief.GetByTestId("me").WaitForAsync();

        await admin.GetByTestId("sign-out").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("sign-in-error")).ToContainTextAsync("signed out");
        // The copy's page asks for news by itself, and has none.
        await Assertions.Expect(thief.GetByTestId("sign-in-error")).ToContainTextAsync("ended");
        await thief.ReloadAsync();
        await thief.GetByTestId("token").WaitForAsync();
    }

    [Need("chromium")]
    public async Task User_IsNoOperator_AndIsToldSo()
    {
        var page = await site.Browsers.Open();
        await page.GotoAsync($"{site.Browsers.Address}/admin");
        await page.GetByTestId("token").FillAsync(await site.Browsers.Token("user"));
        await page.GetByTestId("sign-in").ClickAsync();
        await Assertions.Expect(page.GetByTestId("sign-in-error")).ToHaveTextAsync("This token is not good for that.");
        await page.GetByTestId("token").FillAsync("no token at all");
        await page.GetByTestId("sign-in").ClickAsync();
        await Assertions.Expect(page.GetByTestId("sign-in-error")).ToHaveTextAsync("A valid bearer token is needed.");
    }

    [Need("chromium")]
    public async Task Operator_SignsInWithTheIssuer_AndOpensOrleansDashboard()
    {
        var page = await site.Open();
        await page.GotoAsync($"{site.Browsers.Address}/admin/");
        await page.GetByTestId("sign-in-oidc").ClickAsync();
        await Assertions.Expect(page.GetByTestId("me")).ToContainTextAsync("Olga Ops");

        var dashboard = await page.RunAndWaitForPopupAsync(() => page.GetByTestId("dashboard").ClickAsync());
        await dashboard.GetByText("Total Activations").First.WaitForAsync();
        await Keep(dashboard, "admin-dashboard");

        site.Issuer.Roles = ["user"];
        try
        {
            await page.GetByTestId("sign-out").ClickAsync();
            await page.GetByTestId("sign-in-oidc").ClickAsync();
            await Assertions.Expect(page.GetByTestId("sign-in-error")).ToContainTextAsync("not an operator");
        }
        finally
        {
            site.Issuer.Roles = ["admin"];
        }
    }

    [Need("chromium")]
    public async Task Page_OfAnotherSite_CannotUseTheCookie()
    {
        using var http = new HttpClient { BaseAddress = new Uri(site.Browsers.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", await site.Browsers.Token("adm-cross"));
        using var started = await http.PostAsJsonAsync(
            "/api/v1/calls", new { callId = "adm-cross", calleeIds = new[] { "adm-callee" }, media = "audio" });
        started.EnsureSuccessStatusCode();

        var admin = await site.SignIn("olga");
        // 127.0.0.1 and localhost are two sites, and the service is at both. The request is one that a form can make, too.
        await admin.GotoAsync($"{site.Browsers.Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)}/health/live");
        Assert.Equal("opaque", await admin.EvaluateAsync<string>(
            "async address => (await fetch(address, { method: 'POST', credentials: 'include', mode: 'no-cors' })).type",
            $"{site.Browsers.Address}/api/v1/admin/calls/adm-cross/end"));
        Assert.Equal("ringing", (string?)(await http.GetFromJsonAsync<JsonNode>("/api/v1/calls/adm-cross"))!["state"]);

        await admin.GotoAsync($"{site.Browsers.Address}/admin/#/calls/adm-cross");
        await admin.GetByTestId("end-call").ClickAsync();
        await admin.GetByTestId("confirm").ClickAsync();
        await Assertions.Expect(admin.GetByTestId("call-facts")).ToContainTextAsync("ended by admin");
    }

    [Need("chromium")]
    public async Task KeysAlone_AreEnough()
    {
        var page = await site.Open();
        await page.GotoAsync($"{site.Browsers.Address}/admin/");
        await Assertions.Expect(page.GetByTestId("token")).ToBeFocusedAsync();
        await page.Keyboard.InsertTextAsync(await site.Browsers.Token("olga", "admin"));
        await page.Keyboard.PressAsync("Enter");
        await page.GetByTestId("me").WaitForAsync();
        foreach (var _ in Enumerable.Range(0, 3))
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByTestId("user-id")).ToBeFocusedAsync();
        await page.Keyboard.InsertTextAsync("a/b ö");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByTestId("user-state")).ToHaveTextAsync("Offline");
        await page.GetByTestId("erase").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByTestId("dialog").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.IsGone("dialog");
        await Assertions.Expect(page.GetByTestId("erase")).ToBeFocusedAsync();
    }

    [Need("chromium")]
    public async Task EveryView_IsAccessible_InBothSchemes_AndFitsAPhone()
    {
        var ann = await site.Browsers.SignIn("adm-amy");
        await ann.Call("adm-bob-who-is-away", "audio");
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        foreach (var (colours, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 390) })
        {
            var page = await site.Open(width, colours);
            await page.GotoAsync($"{site.Browsers.Address}/admin/");
            await page.GetByTestId("token").WaitForAsync();
            await IsClean(page, $"admin-sign-in-{width}");
            await site.SignIn("olga", "", page);
            await page.GetByTestId("gateways").WaitForAsync();
            await IsClean(page, $"admin-now-{width}");
            await page.GotoAsync($"{site.Browsers.Address}/admin/#/calls?userId=adm-amy");
            await page.GetByTestId("calls").WaitForAsync();
            await IsClean(page, $"admin-calls-{width}");
            await page.Locator("[data-testid=calls] a[href*='#/calls/']").First.ClickAsync();
            await page.GetByTestId("sequence").WaitForAsync();
            await IsClean(page, $"admin-call-{width}");
            await page.GotoAsync($"{site.Browsers.Address}/admin/#/users/adm-bob-who-is-away");
            await page.GetByTestId("missed").WaitForAsync();
            await IsClean(page, $"admin-user-{width}");
            await page.GetByTestId("erase").ClickAsync();
            await IsClean(page, $"admin-erase-{width}");
            Assert.Empty(site.Faults(page));
        }
    }

    private static async Task IsClean(IPage page, string name)
    {
        await Keep(page, name);
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{name}: {string.Join('\n', result.Violations.Select(Describe))}");
        Assert.True(
            await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            $"{name} is too wide.");
    }

    private static string Describe(AxeResultItem item) =>
        $"{item.Id}: {item.Help}: {string.Join(" | ", item.Nodes.Take(4).Select(node => node.Html + " " + JsonSerializer.Serialize(node.Any.Select(one => one.Message))))}";

    /// <summary>Keeps a picture where a person asked for them: SCREENSHOTS names the folder.</summary>
    private static async Task Keep(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
