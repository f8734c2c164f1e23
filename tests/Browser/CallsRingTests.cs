using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>A browser with the rules for sounds that people's browsers have, and what rings in it.</summary>
public sealed class CallsRingTests(Browsers browsers) : IClassFixture<Browsers>
{
    /// <summary>
    /// Counts oscillators that were started on a clock that runs, which is what can be heard; and listens to nothing else.
    /// </summary>
    private const string CountsSounds =
        """
        window.__sounds = 0;
        const start = AudioScheduledSourceNode.prototype.start;
        AudioScheduledSourceNode.prototype.start = function (...args) {
          if (this.context.state === 'running') window.__sounds++;
          return start.apply(this, args);
        };
        """;

    private const string Heard = "() => window.__sounds > 0";

    [Need("chromium")]
    public async Task Ring_IsHeard_AfterASignInByClick_AndAfterAReloadFromTheFirstTouchOn()
    {
        await using var strict = await browsers.Launch();
        var ben = await browsers.SignIn("ring-ben", browser: strict, script: CountsSounds);
        var ann = await browsers.SignIn("ring-ann");
        await Assertions.Expect(ben.GetByTestId("sound-locked")).ToBeHiddenAsync();

        await ann.Call("ring-ben", "audio");
        await ben.GetByTestId("incoming").WaitForAsync();
        await ben.WaitForFunctionAsync(Heard);
        await Assertions.Expect(ben).ToHaveTitleAsync("Ring-ann · Incoming call");
        Assert.Contains("ringing", await ben.Locator("link[rel=icon]").GetAttributeAsync("href"), StringComparison.Ordinal);
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("incoming");
        await Assertions.Expect(ben).ToHaveTitleAsync("OrleansCalls");
        Assert.DoesNotContain("ringing", await ben.Locator("link[rel=icon]").GetAttributeAsync("href"), StringComparison.Ordinal);

        await ben.ReloadAsync();
        await ben.GetByTestId("sound-locked").WaitForAsync();
        await ann.Call("ring-ben", "audio");
        await ben.GetByTestId("incoming").WaitForAsync();
        Assert.Equal(0, await ben.EvaluateAsync<int>("() => window.__sounds"));
        // Any touch will do: the dialog's own text here.
        await ben.GetByTestId("incoming").Locator("h2").ClickAsync();
        await ben.WaitForFunctionAsync(Heard);
        await Assertions.Expect(ben.GetByTestId("sound-locked")).ToBeHiddenAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("incoming");
        // What was scheduled ahead is gone with the ring.
        Assert.Equal(0, await Sounding(ben));
    }

    [Need("chromium")]
    public async Task Ring_InAHiddenTab_IsANotificationOfTheSystem_WhichAnswersAndDeclines()
    {
        var ben = await browsers.SignIn(
            "hide-ben",
            script: "Object.defineProperty(document, 'visibilityState', { get: () => window.__hidden ? 'hidden' : 'visible' });");
        await ben.Context.GrantPermissionsAsync(["camera", "microphone", "notifications"]);
        // A page does not notice a permission that the debugging protocol grants.
        await ben.ReloadAsync();
        await ben.GetByTestId("me").WaitForAsync();
        await ben.EvaluateAsync("async () => { await navigator.serviceWorker.ready; window.__hidden = true; }");
        var ann = await browsers.SignIn("hide-ann");

        await ann.Call("hide-ben", "audio");
        Assert.Equal(["Hide-ann", "Incoming call", "answer,decline"], await Notification(ben));
        await Click(ben, "decline");
        await ann.IsGone("call-screen");
        await NoNotification(ben);

        await ann.Call("hide-ben", "audio");
        await Notification(ben);
        await Click(ben, "answer");
        await ben.GetByTestId("call-screen").WaitForAsync();
        await Assertions.Expect(ann.GetByTestId("call-status")).ToHaveTextAsync("Connected");
        await NoNotification(ben);
        await ann.GetByTestId("hangup").ClickAsync();
    }

    [Need("chromium")]
    public async Task PlainHttpByALanName_SignsIn_SaysWhatIsMissing_AndTakesACall()
    {
        await using var lan = await browsers.Launch(
            "--host-resolver-rules=MAP calls.lan 127.0.0.1", "--autoplay-policy=no-user-gesture-required");
        var address = new UriBuilder(browsers.Address) { Host = "calls.lan" }.Uri.ToString();
        var ben = await browsers.SignIn("lan-ben", browser: lan, address: address);
        await Assertions.Expect(ben.GetByTestId("lack-insecure")).ToContainTextAsync("https");
        await Assertions.Expect(ben.GetByTestId("lack-no_microphone")).ToHaveCountAsync(0);

        var ann = await browsers.SignIn("lan-ann");
        await ann.Call("lan-ben");
        await ben.Answer();
        // He listens and looks.
        await ben.SeesPicture();
        await Assertions.Expect(ben.GetByTestId("mute")).ToBeDisabledAsync();
        await ann.Locator(".tile.person .tile-muted").WaitForAsync();
        await ben.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task BlockedStorage_AndAClockThatIsOff_DoNoHarm()
    {
        const string Broken =
            """
            for (const name of ['localStorage', 'sessionStorage'])
              Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
            """;
        // Ten minutes slow, and how often a socket is opened.
        const string Slow =
            """
            const Real = Date, off = -600_000;
            window.Date = class extends Real {
              constructor(...args) { if (args.length) super(...args); else super(Real.now() + off); }
              static now() { return Real.now() + off; }
            };
            window.__sockets = 0;
            window.WebSocket = class extends WebSocket { constructor(...args) { super(...args); window.__sockets++; } };
            """;
        var blocked = await browsers.SignIn("store-ben", script: Broken);
        await blocked.GetByTestId("lack-storage_blocked").WaitForAsync();
        var slow = await browsers.SignIn("slow-ann", script: Slow);
        await slow.Call("store-ben", "audio");
        await blocked.GetByTestId("incoming-decline").ClickAsync();
        await slow.IsGone("call-screen");

        await blocked.Call("slow-ann", "audio");
        await slow.GetByTestId("incoming").WaitForAsync();
        await blocked.GetByTestId("hangup").ClickAsync();
        await slow.IsGone("incoming");
        await slow.GetByTestId("missed-badge").WaitForAsync();
        await slow.GetByTestId("missed-ack").ClickAsync();
        await slow.IsGone("missed-badge");
        await slow.ReloadAsync();
        await slow.WaitForFunctionAsync("() => document.querySelector('[data-connection]')?.dataset.connection === 'connected'");
        await Assertions.Expect(slow.GetByTestId("missed-badge")).ToBeHiddenAsync();
        Assert.Equal(1, await slow.EvaluateAsync<int>("() => window.__sockets"));
    }

    [Need("chromium")]
    public async Task DoNotDisturb_ForAnHour_EndsByTheServicesClock()
    {
        var ben = await browsers.SignIn("quiet-ben");
        await ben.GetByTestId("settings").ClickAsync();
        await ben.GetByTestId("dnd-until").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Assertions.Expect(ben.GetByTestId("dnd")).ToBeCheckedAsync();
        await Assertions.Expect(ben.GetByTestId("dnd-until-text")).ToHaveTextAsync(new Regex("^Until "));
        var until = await ben.EvaluateAsync<string>("async () => (await window.__calls.settings()).doNotDisturbUntil");
        Assert.InRange(
            DateTimeOffset.Parse(until, null) - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(58),
            TimeSpan.FromMinutes(61));
        await ben.GetByTestId("dnd").UncheckAsync();
        await Assertions.Expect(ben.GetByTestId("dnd-until-text")).ToHaveTextAsync("");
    }

    private static Task<int> Sounding(IPage page) => page.EvaluateAsync<int>(
        """
        async () => {
          const before = window.__sounds;
          await new Promise(go => setTimeout(go, 200));
          return window.__sounds - before;
        }
        """);

    private static async Task<string[]> Notification(IPage page) => await page.EvaluateAsync<string[]>(
        """
        async () => {
          for (const end = performance.now() + 60_000; performance.now() < end; await new Promise(go => setTimeout(go, 50))) {
            const [shown] = await (await navigator.serviceWorker.ready).getNotifications();
            if (shown) return [shown.title, shown.body, shown.actions.map(action => action.action).join()];
          }
          throw new Error(`There is no notification; the permission is ${Notification.permission}, the tab ${document.visibilityState}.`);
        }
        """);

    private static async Task NoNotification(IPage page) => await page.EvaluateAsync(
        """
        async () => {
          for (const end = performance.now() + 60_000; performance.now() < end; await new Promise(go => setTimeout(go, 50)))
            if ((await (await navigator.serviceWorker.ready).getNotifications()).length === 0) return;
          throw new Error('The notification is still there.');
        }
        """);

    /// <summary>A click on a button of the notification, as far as a test can make one.</summary>
    private Task Click(IPage page, string action) => Workers.Evaluate(page, $"{browsers.Address}/worker.js",
        $$"""
        (async () => {
          const [notification] = await registration.getNotifications();
          dispatchEvent(new NotificationEvent('notificationclick', { notification, action: '{{action}}' }));
        })()
        """);
}
