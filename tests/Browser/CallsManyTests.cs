using System.Text.Json;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>Many people in one call, and many calls in one tab.</summary>
public sealed class CallsManyTests(Browsers browsers) : IClassFixture<Browsers>
{
    /// <summary>
    /// Counts what a call may leave behind: connections, tracks, timers, listeners of things that outlive a call.
    /// </summary>
    private const string Counts =
        """
        (() => {
          const pcs = new Set(), tracks = new Set(), timeouts = new Set(), intervals = new Set(), listeners = new Map();
          window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...args) { super(...args); pcs.add(this); } };
          const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async wanted => {
            const stream = await ask(wanted);
            stream.getTracks().forEach(track => tracks.add(track));
            return stream;
          };
          const { setTimeout: later, clearTimeout: never, setInterval: often, clearInterval: stop } = window;
          window.setTimeout = (run, ms, ...args) => { const id = later(() => { timeouts.delete(id); run(...args); }, ms); timeouts.add(id); return id; };
          window.clearTimeout = id => { timeouts.delete(id); never(id); };
          window.setInterval = (...args) => { const id = often(...args); intervals.add(id); return id; };
          window.clearInterval = id => { intervals.delete(id); stop(id); };
          for (const [name, target] of Object.entries({ window, document, devices: navigator.mediaDevices, worker: navigator.serviceWorker })) {
            const { addEventListener: add, removeEventListener: remove } = target;
            const kept = [];
            listeners.set(name, kept);
            target.addEventListener = (type, listener, ...rest) => { kept.push([type, listener]); add.call(target, type, listener, ...rest); };
            target.removeEventListener = (type, listener, ...rest) => {
              const at = kept.findIndex(one => one[0] === type && one[1] === listener);
              if (at >= 0) kept.splice(at, 1);
              remove.call(target, type, listener, ...rest);
            };
          }
          window.__left = () => {
            const counts = {
              connections: [...pcs].filter(pc => pc.connectionState !== 'closed').length,
              tracks: [...tracks].filter(track => track.readyState === 'live').length,
              timeouts: timeouts.size, intervals: intervals.size,
              ...Object.fromEntries([...listeners].map(([name, kept]) => [name, kept.length])),
            };
            // What is counted must not be kept by the counting.
            pcs.forEach(pc => pc.connectionState === 'closed' && pcs.delete(pc));
            tracks.forEach(track => track.readyState === 'ended' && tracks.delete(track));
            return counts;
          };
        })();
        """;

    private const string Answers = "() => window.__calls.on('incoming', session => session.accept())";

    private const string CallsOften =
        """
        async ([userId, times]) => {
          const client = window.__calls;
          for (let i = 0; i < times; i++) {
            const session = await client.startCall({ calleeIds: [userId], media: i % 10 ? 'audio' : 'video' });
            await new Promise((resolve, reject) => {
              const check = () => {
                if (session.place === 'over') reject(new Error(`Call ${i} ended: ${session.call.endReason}.`));
                if (session.media.peer(userId)?.state !== 'connected') return;
                off();
                resolve();
              };
              const off = client.on('callChanged', check);
              check();
            });
            await session.end();
          }
        }
        """;

    [Need("chromium")]
    public async Task FiftyCalls_InOneTab_LeaveNothingBehind()
    {
        var ann = await browsers.SignIn("many-ann", script: Counts);
        var ben = await browsers.SignIn("many-ben", script: Counts);
        ann.SetDefaultTimeout(0);
        await ben.EvaluateAsync(Answers);
        var pages = new[] { ann, ben };
        // The first ones make what stays by design, such as the rows of a list.
        await ann.EvaluateAsync(CallsOften, new object[] { "many-ben", 5 });
        var before = await Task.WhenAll(pages.Select(page => Settled(page, null)));
        var heap = await Task.WhenAll(pages.Select(Heap));

        await ann.EvaluateAsync(CallsOften, new object[] { "many-ben", 50 });

        var after = await Task.WhenAll(pages.Select((page, index) => Settled(page, before[index])));
        Assert.Equal(before.Select(one => one.ToString()), after.Select(one => one.ToString()));
        Assert.All(
            after,
            left => Assert.Equal((0, 0), (left.GetProperty("connections").GetInt32(), left.GetProperty("tracks").GetInt32())));
        foreach (var (page, index) in pages.Select((page, index) => (page, index)))
        {
            // The list of past calls has 30 rows at most and had 5; a call that stays, with its connection, is 100 KB and more.
            var grown = await Heap(page) - heap[index];
            Assert.True(grown < 2_000_000, $"The heap has grown by {grown} bytes in 50 calls.");
        }
    }

    [Need("chromium")]
    public async Task SixPeople_SeeEachOther_WithPicturesThatAreSmallerForIt()
    {
        var names = Enumerable.Range(1, 6).Select(i => $"six-{i}").ToArray();
        var pages = new List<IPage>();
        // Thirty pictures are coded and decoded by two processors: with a camera's usual rate the calls would
        // save pictures, and rightly so.
        await using var browser = await browsers.Launch(
            "--use-fake-device-for-media-stream=fps=2", "--autoplay-policy=no-user-gesture-required");
        foreach (var name in names)
            pages.Add(await browsers.SignIn(name, 640, 480, browser: browser));
        foreach (var page in pages.Skip(1))
            await page.EvaluateAsync(Answers);
        await pages[0].EvaluateAsync("others => window.__calls.startCall({ calleeIds: others, media: 'video' })", names[1..]);
        foreach (var page in pages)
            await page.SeesPictures(5, 120_000);
        // Five pictures go out, each a quarter as wide as the camera's.
        await pages[0].EvaluateAsync(
            """
            async () => {
              const { media } = window.__calls.current;
              const width = media.stream.getVideoTracks()[0].getSettings().width;
              const end = Date.now() + 60_000;
              for (;;) {
                const reports = await Promise.all(media.peers.userIds.map(id => media.peer(id).pc.getStats()));
                const sent = reports.map(report => [...report.values()].find(entry => entry.type === 'outbound-rtp' && entry.kind === 'video')?.frameWidth);
                if (sent.length === 5 && sent.every(one => one <= width / 4)) return;
                if (Date.now() > end) throw new Error(`The camera's picture is ${width} wide, those sent ${sent}.`);
                await new Promise(go => setTimeout(go, 200));
              }
            }
            """);
        await pages[5].EvaluateAsync("() => window.__calls.current.end()");
        foreach (var page in pages.Take(5))
            await page.IsGone("remote-video-six-6");
    }

    /// <summary>
    /// What is left once nothing changes any more: notices go by themselves, the history is read a moment later.
    /// </summary>
    private static async Task<JsonElement> Settled(IPage page, JsonElement? like)
    {
        var text = await page.EvaluateAsync<string>(
            """
            async like => {
              const end = Date.now() + 90_000;
              let same = 0, last = '';
              while (Date.now() < end) {
                await new Promise(go => requestAnimationFrame(() => go()));
                const now = JSON.stringify(window.__left());
                same = now === last ? same + 1 : 0;
                last = now;
                // As it was, or without a change for as long as anything that goes by itself stays.
                if (like ? now === like : same > 60 * 45) break;
              }
              return last;
            }
            """, like?.GetRawText());
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<long> Heap(IPage page)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("HeapProfiler.enable");
        // The second time takes what the first one has let go of.
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        var used = (await cdp.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
        await cdp.DetachAsync();
        return (long)used;
    }
}
