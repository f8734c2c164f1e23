using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>The service with an issuer for its operators, and Orleans' dashboard.</summary>
public sealed class AdminSite : IAsyncLifetime
{
    private readonly Dictionary<IPage, List<string>> _faults = [];

    public FakeIssuer Issuer { get; private set; } = null!;

    public Browsers Browsers { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Issuer = await FakeIssuer.Start();
        Browsers = new Browsers
        {
            Settings = [.. Issuer.Settings.Append("Dashboard:Enabled=true").Select(setting => $"--{setting}")],
        };
        await Browsers.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Browsers.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    /// <summary>What the browser holds against a page: its policy, exceptions.</summary>
    public IEnumerable<string> Faults(IPage page) => _faults[page];

    public async Task<IPage> Open(int width = 1280, ColorScheme colours = ColorScheme.Light)
    {
        var page = await Browsers.Open(width, 860, colours);
        page.SetDefaultTimeout(30_000);
        var faults = _faults[page] = [];
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                faults.Add(message.Text);
        };
        return page;
    }

    public async Task<IPage> SignIn(string userId, string where = "", IPage? page = null)
    {
        page ??= await Open();
        await page.GotoAsync($"{Browsers.Address}/admin/{where}");
        await page.GetByTestId("token").FillAsync(await Browsers.Token(userId, "admin"));
        await page.GetByTestId("sign-in").ClickAsync();
        await page.GetByTestId("me").WaitForAsync();
        return page;
    }
}
