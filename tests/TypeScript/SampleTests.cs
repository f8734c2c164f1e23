using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.TypeScript;

[Collection(nameof(Packages))]
public sealed class SampleTests(InstalledPackage package)
{
    private const string WebhookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private const string NewSecret = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    /// <summary>
    /// Page, back end and service together: ann calls ben with pictures, and the back end learns of it by webhooks.
    /// </summary>
    [Need(Need.TypeScript, "chromium")]
    public async Task WebPageAndBackEnd_MakeACall_AndTakeItsWebhooks()
    {
        await BuildPage();
        await using var backEnd = StartBackEnd();
        var origin = await Origin(backEnd);
        await using var service = await Service.Start(
            "environment=Development", $"Cors:Origins={origin}", $"Webhooks:Url={origin}/webhooks",
            $"Webhooks:Secret={WebhookSecret}");
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Need.Find("chromium"),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
            ],
        });
        var ann = await Open(chromium, origin, service.Origin, "ann");
        var ben = await Open(chromium, origin, service.Origin, "ben");
        await ann.Locator("#callee").FillAsync("ben");
        await ann.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Call", Exact = true }).ClickAsync();
        await ben.Locator("#accept").ClickAsync();
        foreach (var page in new[] { ann, ben })
        {
            await page.GetByText("talking with").WaitForAsync();
            await page.WaitForFunctionAsync("() => document.getElementById('remote').videoWidth > 0");
        }

        await ben.Locator("#end").ClickAsync();
        await ann.GetByText("over: completed").WaitForAsync();
        await backEnd.Line("call.created ");
        await backEnd.Line("call.ended ");
    }

    [Need(Need.TypeScript)]
    public async Task BackEnd_RefusesWebhooks_ThatAreAltered_OldOrOfSomebodyElse()
    {
        CopySamples();
        await using var backEnd = StartBackEnd();
        var origin = await Origin(backEnd);
        using var http = new HttpClient { BaseAddress = new Uri(origin) };
        const string body = """{"id":"c1:1:call.created","type":"call.created","call":{"callId":"c1"}}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(HttpStatusCode.NoContent, await Post(http, body, now, Sign(body, now, WebhookSecret)));
        Assert.Equal(HttpStatusCode.NoContent, await Post(http, body, now, Sign(body, now, WebhookSecret)));
        Assert.Equal("call.created c1", await backEnd.Line("call."));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await Post(http, body.Replace("c1", "c2", StringComparison.Ordinal), now, Sign(body, now, WebhookSecret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(http, body, now - 600, Sign(body, now - 600, WebhookSecret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(http, body, now, Sign(body, now, NewSecret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Post(http, body, now, ""));
        Assert.Equal(HttpStatusCode.NoContent, await Post(http, body, now, $"v1,AAAA v1a,BBBB {Sign(body, now, WebhookSecret)}"));
        using var token = await http.GetAsync(new Uri("/call-token", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, token.StatusCode);
    }

    /// <summary>The standard's own library for Node, of our requests as the service sends them.</summary>
    [Need(Need.TypeScript)]
    public async Task OfficialVerifier_TakesOurs_AndNoAlteredOnes()
    {
        await package.Ready();
        var request = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/", async (HttpRequest webhook) =>
        {
            using var reader = new StreamReader(webhook.Body);
            request.TrySetResult(JsonSerializer.Serialize(new
            {
                secrets = new[] { WebhookSecret, NewSecret },
                headers = webhook.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
                body = await reader.ReadToEndAsync(),
            }));
        });
        await receiver.StartAsync();
        await using var service = await Service.Start(
            "environment=Development", $"Webhooks:Url={receiver.Urls.Single()}", $"Webhooks:Secret={NewSecret}",
            $"Webhooks:PreviousSecret={WebhookSecret}");
        using var http = new HttpClient { BaseAddress = new Uri(service.Origin) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Service.Token("ann"));
        using var started = await http.PostAsJsonAsync(
            "/api/v1/calls", new { callId = "with.dots", calleeIds = new[] { "ben" }, media = "audio" });
        await File.WriteAllTextAsync(
            Path.Combine(package.App, "request.json"), await request.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        await File.WriteAllTextAsync(Path.Combine(package.App, "verify.mjs"), """
            import { readFileSync } from 'node:fs';
            import { Webhook } from 'standardwebhooks';
            const { secrets, headers, body } = JSON.parse(readFileSync('request.json', 'utf8'));
            for (const secret of secrets)
              console.log(new Webhook(secret).verify(body, headers).call.callId);
            for (const altered of [[body.replace('ann', 'eve'), headers], [body, { ...headers, 'Webhook-Id': 'x', 'webhook-id': 'x' }]])
              try { new Webhook(secrets[0]).verify(...altered); console.log('taken'); } catch (error) { console.log(error.message); }
            """);
        Assert.Equal(
            ["with.dots", "with.dots", "No matching signature found", "No matching signature found"],
            (await Program.Run(package.App, "node", "verify.mjs")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<IPage> Open(IBrowser chromium, string origin, string service, string userId)
    {
        var context = await chromium.NewContextAsync(new BrowserNewContextOptions { Permissions = ["camera", "microphone"] });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(
            $"{origin}/?user={userId}&service={Uri.EscapeDataString(service.Replace("127.0.0.1", "localhost", StringComparison.Ordinal))}");
        await page.GetByText("connected", new PageGetByTextOptions { Exact = true }).WaitForAsync();
        return page;
    }

    private static async Task<HttpStatusCode> Post(HttpClient http, string body, long timestamp, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", "c1:1:call%2Ecreated");
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.Add("webhook-signature", signature);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static string Sign(string body, long timestamp, string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"c1:1:call%2Ecreated.{timestamp}.{body}");
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed))}";
    }

    private ChildProcess StartBackEnd() => ChildProcess.Start(
        ["node", "server.mjs"], [("AUTH_SIGNING_KEY", Service.SigningKey), ("WEBHOOK_SECRET", WebhookSecret), ("PORT", "0")],
        Path.Combine(package.App, "node-backend"));

    private static async Task<string> Origin(ChildProcess backEnd) =>
        (await backEnd.Line("listening on "))["listening on ".Length..];

    /// <summary>Builds the page with the installed package, as its own script does.</summary>
    private async Task BuildPage()
    {
        await package.Ready();
        CopySamples();
        var tools = Path.Combine(Folders.Client, "node_modules", ".bin");
        var page = Path.Combine(package.App, "web");
        await Program.Run(
            page, Path.Combine(tools, "tsc"), "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext",
            "--skipLibCheck", "app.ts");
        await Program.Run(page, Path.Combine(tools, "esbuild"), "app.ts", "--bundle", "--format=esm", "--outfile=dist/app.js");
    }

    private void CopySamples()
    {
        foreach (var file in new[] { "web/index.html", "web/app.ts", "web/package.json", "node-backend/server.mjs" })
        {
            var target = Path.Combine(package.App, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Folders.Samples, file), target, overwrite: true);
        }
    }
}
