using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// What goes on in a call between people: devices, screens, a second call, another own device, how good it is and was.
/// </summary>
public sealed class CallsMediaTests(Browsers browsers) : IClassFixture<Browsers>
{
    /// <summary>
    /// A second microphone and one that can be pulled out: devices by stubbed enumeration, sound of the real fake device.
    /// </summary>
    private const string Microphones =
        """
        (() => {
          const own = navigator.mediaDevices;
          const ask = own.getUserMedia.bind(own);
          window.__microphones = ['m1', 'm2'];
          const given = [];
          own.enumerateDevices = async () => [
            ...window.__microphones.map(deviceId => ({ kind: 'audioinput', deviceId, label: `Microphone ${deviceId}` })),
            { kind: 'videoinput', deviceId: 'v1', label: 'Camera v1' }];
          own.getUserMedia = async wanted => {
            const chosen = wanted.audio?.deviceId;
            const id = chosen?.exact ?? (window.__microphones.includes(chosen?.ideal) ? chosen.ideal : window.__microphones[0]);
            if (wanted.audio && !window.__microphones.includes(id)) throw new DOMException('none', 'NotFoundError');
            const { deviceId: _, ...audio } = wanted.audio ?? {};
            const stream = await ask({ ...wanted, ...(wanted.audio ? { audio } : {}) });
            for (const track of stream.getAudioTracks()) {
              Object.defineProperty(track, 'label', { value: `Microphone ${id}` });
              track.getSettings = () => ({ deviceId: id });
              given.push({ id, track });
            }
            return stream;
          };
          window.__pull = id => {
            window.__microphones = window.__microphones.filter(one => one !== id);
            for (const one of given.filter(one => one.id === id)) { one.track.stop(); one.track.dispatchEvent(new Event('ended')); }
            own.dispatchEvent(new Event('devicechange'));
          };
          window.__plug = id => { window.__microphones.push(id); own.dispatchEvent(new Event('devicechange')); };
        })();
        """;

    [Need("chromium")]
    public async Task Microphone_PulledOut_IsReplaced_AndSaidOnBothSides_AndTheLastOneIsMissedAndFound()
    {
        var ben = await browsers.SignIn("dev-ben", script: Microphones);
        var ann = await browsers.SignIn("dev-ann");
        await ann.Call("dev-ben", "audio");
        await ben.Answer();
        await ann.Hears(true);

        await ben.EvaluateAsync("() => window.__pull('m1')");
        await ben.GetByText("Microphone m2 is used now.").WaitForAsync();
        await ann.Hears(true);
        await ben.EvaluateAsync("() => window.__pull('m2')");
        await ben.GetByText("Your microphone is gone.").First.WaitForAsync();
        await Assertions.Expect(ben.GetByTestId("mute")).ToBeDisabledAsync();
        await ann.Locator(".tile.person .tile-muted").WaitForAsync();
        await ben.EvaluateAsync("() => window.__plug('m3')");
        await Assertions.Expect(ben.GetByTestId("mute")).ToBeEnabledAsync();
        await ann.Hears(true);
        await Assertions.Expect(ann.Locator(".tile.person .tile-muted")).ToBeHiddenAsync();

        // The choice during a call is the choice of the next one, too.
        await ben.EvaluateAsync("() => window.__plug('m4')");
        await ben.GetByTestId("call-devices").ClickAsync();
        await ben.GetByTestId("device-audio").SelectOptionAsync("m4");
        await ben.WaitForFunctionAsync(
            "() => window.__calls.current.media.stream.getAudioTracks()[0]?.label === 'Microphone m4'");
        await ben.WaitForFunctionAsync("() => document.querySelector('[data-testid=level]').value > 0");
        await ben.GetByTestId("devices-close").ClickAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.Call("dev-ben", "audio");
        await ben.Answer();
        await ben.WaitForFunctionAsync(
            "() => window.__calls.current?.media.stream.getAudioTracks()[0]?.label === 'Microphone m4'");
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task SecondCall_HoldAndAnswer_Swap_AndTheFirstGoesOnWhenTheSecondIsOver()
    {
        await browsers.PutSettings("two-ben", new { callWaiting = true });
        var ben = await browsers.SignIn("two-ben");
        var ann = await browsers.SignIn("two-ann");
        var carl = await browsers.SignIn("two-carl");
        await ann.Call("two-ben", "audio");
        await ben.Answer();
        await ann.Hears(true);

        await carl.Call("two-ben", "audio");
        await ben.GetByTestId("incoming-hold").ClickAsync();
        await Assertions.Expect(carl.GetByTestId("call-status")).ToHaveTextAsync("Connected");
        await ann.GetByText("On hold").WaitForAsync();
        await ann.Hears(false);
        await carl.Hears(true);
        await Assertions.Expect(ben.GetByText("On hold: Two-ann")).ToBeVisibleAsync();

        await ben.GetByTestId("resume").ClickAsync();
        await carl.GetByText("On hold").WaitForAsync();
        await ann.Hears(true);
        await ben.GetByTestId("resume").ClickAsync();
        await carl.GetByTestId("hangup").ClickAsync();
        await ann.Hears(true);
        await Assertions.Expect(ben.GetByText("On hold: Two-ann")).ToBeHiddenAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task SecondCall_IsDeclinedWithAMessage_WhichTheCallerReads()
    {
        var ben = await browsers.SignIn("msg-ben");
        var ann = await browsers.SignIn("msg-ann");
        await ann.Call("msg-ben", "audio");
        await ben.GetByTestId("incoming-message").ClickAsync();
        await ben.GetByTestId("menu-messageCannotTalk").ClickAsync();
        await ann.GetByText("Msg-ben declined: “I can’t talk right now. What’s up?”").WaitForAsync();
        // And is called back out of the history, with one touch.
        await ben.GetByLabel(new Regex("^Call Msg-ann back$")).First.ClickAsync();
        await ann.GetByTestId("incoming-accept").ClickAsync();
        await Assertions.Expect(ben.GetByTestId("call-status")).ToHaveTextAsync("Connected");
        await ben.GetByTestId("hangup").ClickAsync();
        await ann.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Call_IsTakenOver_OnAnotherOwnDevice_WithOneTouch()
    {
        var phone = await browsers.SignIn("move-ben", 390, 844);
        var desk = await browsers.SignIn("move-ben");
        var ann = await browsers.SignIn("move-ann");
        await ann.Call("move-ben");
        await phone.Answer();
        await ann.SeesPicture();
        await desk.GetByTestId("take-over").ClickAsync();
        await desk.SeesPicture();
        await ann.SeesPicture();
        await phone.IsGone("call-screen");
        await Assertions.Expect(ann.GetByTestId("call-screen")).ToBeVisibleAsync();
        await ann.GetByTestId("hangup").ClickAsync();
        await desk.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Screen_IsSharedWithItsSound_ByOneAtATime_AlsoWhenTwoBeginAtOnce()
    {
        // Chromium has no screen here: a canvas with a tone takes its place; all behind getDisplayMedia is real.
        const string Screen =
            """
            navigator.mediaDevices.getDisplayMedia = async () => {
              const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
              const pen = canvas.getContext('2d');
              const timer = setInterval(() => { pen.fillStyle = `hsl(${Date.now() / 10 % 360} 80% 50%)`; pen.fillRect(0, 0, 640, 360); }, 50);
              const audio = new AudioContext(), tone = new OscillatorNode(audio, { frequency: 300 }), out = audio.createMediaStreamDestination();
              tone.connect(out); tone.start();
              const stream = new MediaStream([...canvas.captureStream(20).getTracks(), ...out.stream.getTracks()]);
              window.__stopScreen = () => { clearInterval(timer); for (const track of stream.getTracks()) { track.stop(); track.dispatchEvent(new Event('ended')); } };
              return stream;
            };
            """;
        var ann = await browsers.SignIn("screen-ann", script: Screen);
        var ben = await browsers.SignIn("screen-ben", script: Screen);
        await ann.Call("screen-ben", "audio");
        await ben.Answer();
        await Share(ann);
        await Shows(ben, "screen-ann");
        await ben.WaitForFunctionAsync(
            "() => window.__calls.current.media.peer('screen-ann').media.remoteScreen.getAudioTracks().length === 1");

        // Whoever comes later takes over.
        await Share(ben);
        await Shows(ann, "screen-ben");
        await ann.WaitForFunctionAsync("() => window.__calls.current.media.screen === undefined");
        await ben.EvaluateAsync("() => window.__stopScreen()");
        await Assertions.Expect(ann.GetByTestId("screen-picture")).ToHaveCountAsync(0);

        // Both at once, with a camera beside it: two offers cross, and one of the screens is left.
        await Task.WhenAll(
            ann.EvaluateAsync(
                "() => Promise.all([window.__calls.current.media.shareScreen(), window.__calls.current.media.setCamera(true)])"),
            ben.EvaluateAsync(
                "() => Promise.all([window.__calls.current.media.shareScreen(), window.__calls.current.media.setCamera(true)])"));
        await Shows(ann, "screen-ben");
        await ann.WaitForFunctionAsync("() => window.__calls.current.media.screen === undefined");
        await ben.WaitForFunctionAsync(
            "() => window.__calls.current.media.screen !== undefined && window.__calls.current.media.screenOf === undefined");
        await ann.SeesPicture();
        await ben.SeesPicture();
        await ann.GetByTestId("hangup").ClickAsync();
        await ben.IsGone("call-screen");
    }

    [Need("chromium")]
    public async Task Quality_IsShown_Rated_AndKeptWithTheCall()
    {
        var ann = await browsers.SignIn("good-ann");
        var ben = await browsers.SignIn("good-ben");
        await ann.Call("good-ben");
        await ben.Answer();
        await ann.WaitForFunctionAsync(
            "() => window.__calls.current?.media.peer('good-ben')?.quality.current?.route !== undefined");
        await ben.WaitForFunctionAsync(
            "() => window.__calls.current?.media.peer('good-ann')?.quality.current?.route !== undefined");
        var callId = await ann.EvaluateAsync<string>("() => window.__calls.current.callId");
        await ann.GetByTestId("hangup").ClickAsync();
        await ann.GetByTestId("rate-4").ClickAsync();
        await ann.GetByText("Thank you.").WaitForAsync();
        await ann.EvaluateAsync(
            """
            async callId => {
              for (const end = Date.now() + 20_000; Date.now() < end; await new Promise(go => setTimeout(go, 100))) {
                const call = (await window.__calls.history()).find(one => one.callId === callId);
                if (call?.quality?.stars === 4 && call.quality.lossPercent !== undefined && call.quality.route === 'host') return;
              }
              throw new Error(JSON.stringify((await window.__calls.history())[0]));
            }
            """, callId);
        var timeline = await browsers.Timeline(callId);
        Assert.Contains(
            timeline,
            line => line.StartsWith("media_quality good-ann ", StringComparison.Ordinal)
                && line.EndsWith("host", StringComparison.Ordinal));
        Assert.Contains("rated good-ann 4", timeline);
        var metrics = await browsers.Metrics();
        Assert.Matches(
            new Regex("""^orleanscalls_media_loss\w*_count\{[^}]*route="host"[^}]*\} [1-9]""", RegexOptions.Multiline), metrics);
        Assert.Matches(new Regex("""^orleanscalls_ratings_total\{[^}]*stars="4"[^}]*\} 1""", RegexOptions.Multiline), metrics);
    }

    private static Task Share(IPage page) => page.GetByTestId("share-screen").ClickAsync();

    private static async Task Shows(IPage page, string userId)
    {
        await page.WaitForFunctionAsync($"() => window.__calls.current.media.screenOf === '{userId}'");
        await page.WaitForFunctionAsync("() => document.querySelector('[data-testid=screen-picture]')?.videoWidth > 0");
    }
}
