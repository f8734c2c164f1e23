using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// A page that is closed, and its service worker in a real Chromium. Chromium's push service is out of reach, so the subscription
/// is made up, and what the service sends is decrypted and handed to the browser over its debugging protocol.
/// </summary>
public sealed class ClosedPageTests(Browsers browsers) : IClassFixture<Browsers>
{
    [Need("chromium")]
    public async Task ClosedPage_IsRung_Declines_Answers_AndIsToldOfTheMissedCall()
    {
        await using var phone = await Closed.Page(browsers, "zoe");
        var ann = await browsers.SignIn("ann-of-zoe");

        await ann.Call("zoe");
        await phone.Deliver("call_incoming");
        var ring = Assert.Single(await phone.Notifications(1));
        Assert.Equal(("Ann-of-zoe", "Incoming video call", "answer,decline"), (ring.Title, ring.Body, ring.Actions));
        await ann.GetByText("Ringing…").First.WaitForAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await phone.Deliver("call_cancelled");
        await phone.Notifications(0);
        await phone.Deliver("call_missed");
        Assert.Equal("Missed video call", Assert.Single(await phone.Notifications(1)).Body);

        await ann.Call("zoe", "audio");
        await phone.Deliver("call_incoming");
        await phone.Click("decline");
        await ann.GetByText("declined the call.").First.WaitForAsync();

        await ann.Call("zoe");
        await phone.Deliver("call_incoming");
        var page = await phone.Open($"/?call={phone.CallId}&answer");
        await page.GetByTestId("call-screen").WaitForAsync();
        await ann.SeesPicture();
        await page.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
        await page.GetByTestId("settings").ClickAsync();
        await Assertions.Expect(page.GetByTestId("ring-closed")).ToBeCheckedAsync();
        Assert.Empty(browsers.Push.Faults);
    }

    [Need("chromium")]
    public async Task PageThatIsOpen_RingsByItself_AndSigningOutEndsTheRinging()
    {
        await using var phone = await Closed.Page(browsers, "yan");
        var page = await phone.Open("/?call=none");
        await page.GetByTestId("me").WaitForAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-connection]')?.dataset.connection === 'connected'");
        await page.GetByTestId("settings").ClickAsync();
        await Assertions.Expect(page.GetByTestId("ring-closed")).ToBeCheckedAsync();
        await phone.Deliver(
            JsonSerializer.Serialize(
                new { type = "call_missed", callId = "c1", callUuid = "u1", callerId = "ann", media = "audio" }), raw: true);
        await page.GetByTestId("sign-out").ClickAsync();
        await page.GetByTestId("signin-user").WaitForAsync();
        await phone.Notifications(0);
        var ann = await browsers.SignIn("ann-of-yan");
        await ann.Call("yan", "audio");
        await ann.GetByTestId("hangup").ClickAsync();
        Assert.DoesNotContain("yan", browsers.Push.Asked);
    }

    /// <summary>A browser whose page was closed after its user had turned the ringing on.</summary>
    private sealed class Closed : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly Channel<TakenPush> _pushes = Channel.CreateUnbounded<TakenPush>();
        private readonly Browsers _browsers;
        private readonly Action<TakenPush>? _before;
        private readonly IPage _page;
        private readonly ICDPSession _cdp;
        private readonly TaskCompletionSource<string> _registration = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Closed(Browsers browsers, IPage page, ICDPSession cdp, string userId)
        {
            (_browsers, _page, _cdp, _before) = (browsers, page, cdp, browsers.Push.OnTaken);
            browsers.Push.OnTaken = push =>
            {
                _before?.Invoke(push);
                if (push.Browser == userId)
                    _pushes.Writer.TryWrite(push);
            };
            cdp.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, json) =>
            {
                foreach (var one in json!.Value.GetProperty("registrations").EnumerateArray())
                    if (one.GetProperty("scopeURL").GetString() == $"{browsers.Address}/"
                        && !one.GetProperty("isDeleted").GetBoolean())
                        _registration.TrySetResult(one.GetProperty("registrationId").GetString()!);
            };
        }

        /// <summary>The call that was pushed last.</summary>
        public string CallId { get; private set; } = "";

        public static async Task<Closed> Page(Browsers browsers, string userId)
        {
            var page = await browsers.SignIn(userId);
            await page.Context.GrantPermissionsAsync(["camera", "microphone", "notifications"]);
            await page.Context.AddInitScriptAsync(Subscription(browsers, userId));
            await page.EvaluateAsync(Subscription(browsers, userId));
            var closed = new Closed(browsers, page, await page.Context.NewCDPSessionAsync(page), userId);
            await closed._cdp.SendAsync("ServiceWorker.enable");
            await page.GetByTestId("settings").ClickAsync();
            await page.GetByTestId("ring-closed").ClickAsync();
            await Assertions.Expect(page.GetByTestId("ring-closed")).ToBeEnabledAsync();
            await Assertions.Expect(page.GetByTestId("ring-closed")).ToBeCheckedAsync();
            Assert.Equal(browsers.Push.PublicKey, await page.EvaluateAsync<string>("() => window.__key"));
            // A page of the same origin from which notifications can be seen, and which is no page of ours.
            await page.GotoAsync($"{browsers.Address}/health/live");
            return closed;
        }

        /// <summary>Hands the next push to the browser, which has to be of this type; or this text.</summary>
        public async Task Deliver(string typeOrText, bool raw = false)
        {
            var text = typeOrText;
            while (!raw)
            {
                var push = await _pushes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
                (text, CallId) = (push.Payload.GetRawText(), push["callId"]);
                if (push["type"] == typeOrText)
                    break;
            }

            await _cdp.SendAsync("ServiceWorker.deliverPushMessage", new Dictionary<string, object>
            {
                ["origin"] = _browsers.Address,
                ["registrationId"] = await _registration.Task.WaitAsync(Patience), ["data"] = text,
            });
        }

        /// <summary>The notifications, once there are so many.</summary>
        public async Task<Shown[]> Notifications(int count)
        {
            var json = await _page.EvaluateAsync<string>(
                """
                async count => {
                  const end = Date.now() + 30_000;
                  for (;;) {
                    const shown = await (await navigator.serviceWorker.ready).getNotifications();
                    if (shown.length === count)
                      return JSON.stringify(shown.map(one => ({ Title: one.title, Body: one.body, Actions: one.actions.map(action => action.action).join() })));
                    if (Date.now() > end) throw new Error(`There are ${shown.length} notifications.`);
                    await new Promise(go => setTimeout(go, 50));
                  }
                }
                """, count);
            return JsonSerializer.Deserialize<Shown[]>(json)!;
        }

        /// <summary>
        /// Clicks a button of the last call's notification, as far as a test can: the event is not a trusted one.
        /// </summary>
        public Task Click(string action) => Workers.Evaluate(_page, $"{_browsers.Address}/worker.js",
            $$"""
            (async () => {
              for (const end = Date.now() + 30_000; Date.now() < end; await new Promise(go => setTimeout(go, 50))) {
                const notification = (await registration.getNotifications()).find(one => one.data.orleanscalls.callId === '{{CallId}}');
                if (notification)
                  return void dispatchEvent(new NotificationEvent('notificationclick', { notification, action: '{{action}}' }));
              }
              throw new Error('There is no such notification.');
            })()
            """);

        /// <summary>A new page, as the service worker opens one.</summary>
        public async Task<IPage> Open(string address)
        {
            var page = await _page.Context.NewPageAsync();
            page.SetDefaultTimeout(20_000);
            await page.GotoAsync(_browsers.Address + address);
            return page;
        }

        public async ValueTask DisposeAsync()
        {
            _browsers.Push.OnTaken = _before;
            await _page.Context.CloseAsync();
        }

        private static string Subscription(Browsers browsers, string userId) =>
            $$"""
            (() => {
              let made;
              PushManager.prototype.getSubscription = async () => made ?? null;
              PushManager.prototype.subscribe = async options => {
                window.__key = options.applicationServerKey;
                const bytes = Uint8Array.from(atob(options.applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
                return made = { options: { applicationServerKey: bytes.buffer }, unsubscribe: async () => (made = undefined, true), toJSON: () => ({{browsers.Push.Subscribe(userId)}}) };
              };
            })()
            """;
    }

    private sealed record Shown(string Title, string Body, string Actions);
}
