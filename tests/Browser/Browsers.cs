using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tests.Browser;

/// <summary>The service in this process and a real Chromium with a camera and a microphone that are made up.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private WebApplication? _app;
    private IPlaywright? _playwright;
    private IBrowser? _chromium;

    /// <summary>Settings of the service beside the usual ones.</summary>
    public string[] Settings { get; init; } = [];

    public string Address { get; private set; } = "";

    /// <summary>The push service of all browsers: Chromium's own cannot be reached.</summary>
    public FakePushService Push { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (NeedAttribute.Find("chromium") is not { } chromium)
            return;
        Push = await FakePushService.Start();
        await StartService("http://127.0.0.1:0");
        Address = _app!.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(PageSteps.PatienceMs);
        _chromium = await Launch("--autoplay-policy=no-user-gesture-required");
    }

    /// <summary>Another Chromium, with these switches beside the usual ones.</summary>
    public Task<IBrowser> Launch(params string[] more) => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = NeedAttribute.Find("chromium"),
        Headless = true,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream",
            // Each picture is coded and decoded by the processors that all windows of a test share.
            "--use-fake-device-for-media-stream=fps=5",
            "--disable-features=WebRtcHideLocalIpsWithMdns", .. more,
        ],
    });

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.CloseAsync();
        _playwright?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            await Push.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Stops the service in good order and starts another on the same data and address.</summary>
    public async Task Restart()
    {
        var address = _app!.Urls.Single();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await StartService(address);
    }

    /// <summary>A token of this user.</summary>
    public async Task<string> Token(string userId, params string[] roles)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        using var made = await http.PostAsJsonAsync("/dev/token", new { userId, roles });
        return (string)(await made.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    }

    /// <summary>Changes a user's settings, as an app's back end would.</summary>
    public async Task PutSettings(string userId, object settings)
    {
        using var http = await Http(userId);
        using var put = await http.PutAsJsonAsync("/api/v1/settings", settings);
        put.EnsureSuccessStatusCode();
    }

    /// <summary>What an operator sees of a call: what happened, to whom, and its detail.</summary>
    public async Task<string[]> Timeline(string callId)
    {
        using var http = await Http("operator", "admin");
        var timeline = await http.GetFromJsonAsync<JsonNode>($"/api/v1/admin/calls/{callId}/timeline");
        return [.. timeline!["items"]!.AsArray().Select(entry => $"{entry!["what"]} {entry["userId"]} {entry["detail"]}")];
    }

    /// <summary>The metrics as Prometheus reads them.</summary>
    public async Task<string> Metrics()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        return await http.GetStringAsync("/metrics");
    }

    private async Task<HttpClient> Http(string userId, params string[] roles)
    {
        var http = new HttpClient { BaseAddress = new Uri(Address) };
        using var made = await http.PostAsJsonAsync("/dev/token", new { userId, roles });
        var token = (string?)(await made.Content.ReadFromJsonAsync<JsonNode>())!["token"];
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private async Task StartService(string address)
    {
        _app = GatewayApp.Create(
            [
                $"--urls={address}", $"--Storage:Path={_data}", "--environment=Development", "--Calls:PairRings=0",
                "--Calls:StartsPerMinute=0",
                "--Push:AttemptTimeoutSeconds=20", .. Push.Settings.Select(setting => $"--Push:{setting.Name}={setting.Value}"),
                .. Settings,
            ],
            builder => builder.Logging.SetMinimumLevel(LogLevel.Error));
        await _app.StartAsync();
    }

    /// <summary>A window of its own, with nothing in it.</summary>
    public async Task<IPage> Open(int width = 1280, int height = 860, ColorScheme colours = ColorScheme.Light) =>
        await (await _chromium!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = colours,
        })).NewPageAsync();

    /// <summary>A browser's profile of its own.</summary>
    public Task<IBrowserContext> Context(BrowserNewContextOptions options) => _chromium!.NewContextAsync(options);

    /// <summary>A window of its own, signed in.</summary>
    public async Task<IPage> SignIn(
        string userId, int width = 1280, int height = 860, ColorScheme colours = ColorScheme.Light, IBrowser? browser = null,
        string? script = null,
        string? address = null)
    {
        var context = await (browser ?? _chromium!).NewContextAsync(new BrowserNewContextOptions
        {
            Permissions = ["camera", "microphone"],
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = colours,
        });
        if (script is not null)
            await context.AddInitScriptAsync(script);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(PageSteps.PatienceMs);
        await page.GotoAsync(address ?? Address);
        await page.GetByTestId("signin-user").FillAsync(userId);
        await page.GetByTestId("signin-name").FillAsync(char.ToUpperInvariant(userId[0]) + userId[1..]);
        await page.GetByTestId("signin-submit").ClickAsync();
        await page.GetByTestId("me").WaitForAsync();
        return page;
    }
}

internal static class PageSteps
{
    /// <summary>How long what is waited for may take: a machine that does other things besides is slow, not wrong.</summary>
    public const int PatienceMs = 60_000;

    public static async Task Add(this IPage page, string userId)
    {
        if (await page.GetByTestId($"contact-{userId}").CountAsync() > 0)
            return;
        await page.GetByTestId("contact-input").FillAsync(userId);
        await page.GetByTestId("contact-add").ClickAsync();
        await page.GetByTestId($"contact-{userId}").WaitForAsync();
    }

    public static async Task Call(this IPage page, string userId, string media = "video")
    {
        await page.Add(userId);
        await page.GetByTestId($"call-{media}-{userId}").ClickAsync();
        await page.GetByTestId("call-screen").WaitForAsync();
    }

    public static Task Answer(this IPage page) => page.GetByTestId("incoming-accept").ClickAsync();

    /// <summary>Waits until pictures of the other side are decoded, more and more of them.</summary>
    public static Task SeesPicture(this IPage page) => page.SeesPictures(1);

    /// <summary>Waits until pictures of so many others are decoded, more and more of each.</summary>
    /// <remarks>A page's own loop, since WaitForFunctionAsync takes the promise of an async function for its answer.</remarks>
    public static Task SeesPictures(this IPage page, int others, int withinMs = PatienceMs) => page.EvaluateAsync(
        """
        async ([others, withinMs]) => {
          const frames = async () => (await window.__calls.stats()).map(peer => peer.framesDecoded ?? 0);
          const end = Date.now() + withinMs;
          let first;
          for (;;) {
            const now = await frames();
            if (now.length !== others || now.includes(0)) first = undefined;
            else if (now.every((count, i) => count > (first ??= now)[i] + 5)) return;
            if (Date.now() > end) throw new Error(`Of ${others} others ${now.length} are there; frames: ${now}.`);
            await new Promise(go => setTimeout(go, 100));
          }
        }
        """,
        new[] { others, withinMs });

    /// <summary>
    /// Waits until sound of the other side arrives in the call that goes on, or none does for a second:
    /// what is measured is its energy.
    /// </summary>
    /// <remarks>
    /// Chromium's microphone beeps once a second, and a silence that arrives late is filled with a noise of next to no energy.
    /// </remarks>
    public static Task Hears(this IPage page, bool wanted) => page.EvaluateAsync(
        """
        async wanted => {
          const end = Date.now() + 60_000;
          const energy = async () => {
            const peers = window.__calls.current?.media.peers;
            const report = await peers?.get(peers.userIds[0])?.pc.getStats();
            return [...report?.values() ?? []].find(entry => entry.type === 'inbound-rtp' && entry.kind === 'audio')?.totalAudioEnergy;
          };
          for (let before = await energy(); ;) {
            await new Promise(go => setTimeout(go, 1_100));
            const now = await energy();
            if (now !== undefined && before !== undefined && (now - before > 0.001) === wanted) return;
            if (Date.now() > end) throw new Error(`Energy went from ${before} to ${now} in the last second.`);
            before = now;
          }
        }
        """,
        wanted);

    public static Task IsGone(this IPage page, string testId) =>
        page.GetByTestId(testId).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
}
