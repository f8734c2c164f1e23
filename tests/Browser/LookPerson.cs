using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>A window of a person whose camera shows a drawn face, as wide and as high as wanted.</summary>
internal sealed record LookPerson(string UserId, string Name)
{
    /// <summary>A camera of a drawn person, so that a picture of the page shows one, and shows whether the face is cut.</summary>
    private const string Camera =
        """
        (([hue, width, height, talks]) => {
          const own = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async wanted => {
            const stream = await own(wanted);
            for (const track of stream.getVideoTracks()) {
              const canvas = Object.assign(document.createElement('canvas'), { width, height });
              const pen = canvas.getContext('2d');
              const draw = () => {
                const unit = Math.min(width, height), middle = width / 2, top = height * 0.42;
                const back = pen.createLinearGradient(0, 0, width, height);
                back.addColorStop(0, `hsl(${hue} 38% 62%)`);
                back.addColorStop(1, `hsl(${hue + 40} 42% 34%)`);
                pen.fillStyle = back;
                pen.fillRect(0, 0, width, height);
                const round = (x, y, wide, high, colour) => {
                  pen.fillStyle = colour;
                  pen.beginPath();
                  pen.ellipse(x, y, wide * unit, high * unit, 0, 0, 7);
                  pen.fill();
                };
                round(middle, height + unit * 0.12, 0.44, 0.46, `hsl(${hue + 180} 36% 40%)`);
                round(middle, top - unit * 0.05, 0.215, 0.25, `hsl(${hue + 20} 30% 18%)`);
                round(middle, top + unit * 0.02, 0.17, 0.22, 'hsl(26 46% 70%)');
                round(middle - unit * 0.06, top, 0.018, 0.022, '#2a201c');
                round(middle + unit * 0.06, top, 0.018, 0.022, '#2a201c');
                pen.strokeStyle = '#8a4a3c';
                pen.lineWidth = unit * 0.012;
                pen.beginPath();
                pen.arc(middle, top + unit * 0.08, unit * 0.05 + Math.sin(Date.now() / 400) * unit * 0.004, 0.25, Math.PI - 0.25);
                pen.stroke();
              };
              draw();
              setInterval(draw, 200);
              const drawn = canvas.captureStream(5).getVideoTracks()[0];
              const stop = drawn.stop.bind(drawn);
              drawn.stop = () => (track.stop(), stop());
              stream.removeTrack(track);
              stream.addTrack(drawn);
            }
            for (const track of talks ? stream.getAudioTracks() : []) {
              const audio = new AudioContext(), tone = new OscillatorNode(audio, { frequency: 300 }), out = audio.createMediaStreamDestination();
              tone.connect(out);
              tone.start();
              const [voice] = out.stream.getTracks();
              const stop = voice.stop.bind(voice);
              voice.stop = () => (track.stop(), audio.close(), stop());
              stream.removeTrack(track);
              stream.addTrack(voice);
            }
            return stream;
          };
        })
        """;

    public int Width { get; init; } = 1440;

    public int Height { get; init; } = 900;

    public ColorScheme Colours { get; init; } = ColorScheme.Light;

    public string Language { get; init; } = "en-GB";

    public bool IsPhone => Width < 860;

    /// <summary>The drawn picture: a phone's is upright.</summary>
    public (int Hue, int Width, int Height) Picture { get; init; } = (160, 640, 360);

    /// <summary>
    /// Whether a steady tone is heard: the short beeps of Chromium's made-up microphone can fall between two looks at the level.
    /// </summary>
    public bool Talks { get; init; }

    /// <summary>A window that shows the page's first screen.</summary>
    public async Task<IPage> Open(Browsers browsers)
    {
        var context = await browsers.Context(new BrowserNewContextOptions
        {
            Permissions = ["camera", "microphone"],
            ViewportSize = new ViewportSize { Width = Width, Height = Height },
            ColorScheme = Colours,
            Locale = Language,
            HasTouch = IsPhone,
            // What is measured and photographed stands still.
            ReducedMotion = ReducedMotion.Reduce,
        });
        await context.AddInitScriptAsync(
            $"{Camera}([{Picture.Hue}, {Picture.Width}, {Picture.Height}, {(Talks ? "true" : "false")}])");
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        await page.GotoAsync(browsers.Address);
        return page;
    }

    public async Task<IPage> SignIn(Browsers browsers)
    {
        var page = await Open(browsers);
        await page.GetByTestId("signin-user").FillAsync(UserId);
        await page.GetByTestId("signin-name").FillAsync(Name);
        await page.GetByTestId("signin-submit").ClickAsync();
        await page.GetByTestId("me").WaitForAsync();
        return page;
    }
}
