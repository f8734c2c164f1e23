using System.IO.Compression;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// The page as an app: how much comes over the wire, that it opens without a network, and that no text becomes a script.
/// </summary>
public sealed class LookShellTests(Browsers browsers, ITestOutputHelper output) : IClassFixture<Browsers>
{
    private const int MostBytes = 150_000;

    [Need("chromium")]
    public async Task FirstLoad_IsSmall_AndComesCompressed()
    {
        var page = await browsers.Open();
        var files = new List<(string Path, byte[] Body, string? Encoding)>();
        var ends = new List<Task>();
        page.Response += (_, response) => ends.Add(Task.Run(async () =>
        {
            if (!response.Ok || new Uri(response.Url).AbsolutePath == "/worker.js")
                return;
            var entry = (new Uri(response.Url).AbsolutePath, await response.BodyAsync(),
                await response.HeaderValueAsync("content-encoding"));
            lock (files)
                files.Add(entry);
        }));
        await page.GotoAsync(browsers.Address, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        await page.GetByTestId("signin-user").WaitForAsync();
        var readyMs = await page.EvaluateAsync<double>(
            "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        await Task.WhenAll(ends.ToArray());

        var sizes = files.DistinctBy(file => file.Path).ToDictionary(
            file => file.Path, file => (Bytes: Compressed(file.Body), file.Encoding));
        foreach (var (path, size) in sizes)
            output.WriteLine($"{path}: {size.Bytes:N0} bytes, {size.Encoding ?? "as it is"}");
        output.WriteLine($"Interactive after {readyMs:N0} ms; {sizes.Values.Sum(size => size.Bytes):N0} bytes in all.");
        Assert.InRange(sizes.Values.Sum(size => size.Bytes), 1, MostBytes);
        Assert.All(["/app.js", "/styles.css"], path => Assert.Contains(sizes[path].Encoding, (string?[])["br", "gzip"]));
    }

    [Need("chromium")]
    public async Task WithoutANetwork_ThePageOpens_AndSaysSo()
    {
        var page = await browsers.SignIn("offline-olga");
        // The first page of a profile is there before its worker: it takes the files into its cache first.
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => undefined)");
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await page.GetByTestId("offline-banner").WaitForAsync();
        await page.GetByTestId("me").WaitForAsync();
        await page.Context.SetOfflineAsync(false);
        await page.IsGone("offline-banner");
        await page.WaitForFunctionAsync("() => document.querySelector('[data-connection]')?.dataset.connection === 'connected'");
    }

    [Need("chromium")]
    public async Task Page_CanBeInstalled()
    {
        var page = await browsers.Open();
        await page.GotoAsync(browsers.Address);
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => undefined)");
        var cdp = await page.Context.NewCDPSessionAsync(page);
        var manifest = (await cdp.SendAsync("Page.getAppManifest"))!.Value;
        Assert.Empty(manifest.GetProperty("errors").EnumerateArray());
        var icons = JsonDocument.Parse(manifest.GetProperty("data").GetString()!).RootElement.GetProperty("icons")
            .EnumerateArray().ToArray();
        foreach (var icon in icons)
        {
            var got = await page.APIRequest.GetAsync($"{browsers.Address}/{icon.GetProperty("src").GetString()}");
            Assert.True(got.Ok);
            Assert.Equal(icon.GetProperty("type").GetString(), got.Headers["content-type"]);
        }

        // A window without a trace (as each of these is) is the one thing that may speak against it.
        var faults =
            (await cdp.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors").EnumerateArray();
        Assert.DoesNotContain(faults, fault => fault.GetProperty("errorId").GetString() != "in-incognito");
    }

    [Need("chromium")]
    public async Task NoText_BecomesAScript_AndThePageItselfNeverTries()
    {
        var page = await browsers.Open();
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Text);
        var answer = (await page.GotoAsync(browsers.Address))!;
        var policy = (await answer.HeaderValueAsync("content-security-policy"))!;
        foreach (var exception in new[] { "unsafe", "data:", "blob:", "http", "*", "nonce", "sha256" })
            Assert.DoesNotContain(exception, policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => undefined)");
        Assert.DoesNotContain(
            said,
            text => text.Contains("Content Security Policy", StringComparison.Ordinal)
                || text.Contains("Trusted", StringComparison.Ordinal));

        // Chromium lets a test evaluate text that its policy refuses to a page, so that eval is left to the words of the policy.
        foreach (var attempt in new[]
        {
            "document.body.innerHTML = '<img>'", "document.createElement('script').src = 'worker.js'",
            "navigator.serviceWorker.register('worker.js')",
            "trustedTypes.createPolicy('another', {})",
        })
            Assert.Contains(
                "rror",
                await page.EvaluateAsync<string>(
                    $"async () => {{ try {{ await ({attempt}); return 'done'; }} catch (error) {{ return error.name; }} }}"),
                    StringComparison.Ordinal);
    }

    [Need("chromium")]
    public void Sources_HaveNoneOfTheDoorsThatTextBecomesMarkupBy()
    {
        var sources = Directory.EnumerateFiles(
            Path.Combine(Page.Repository, "gateway", "page", "src"), "*.ts", SearchOption.AllDirectories).ToArray();
        Assert.True(sources.Length > 20);
        foreach (var file in sources)
            Assert.DoesNotMatch(
                @"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", File.ReadAllText(file));
    }

    private static long Compressed(byte[] body)
    {
        using var sink = new MemoryStream();
        using (var gzip = new GZipStream(sink, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(body);
        return sink.Length;
    }
}
