using System.Text.Json;
using Microsoft.Playwright;

namespace OrleansCalls.Tests.Browser;

/// <summary>Service workers, which have no session of their own in Playwright for .NET.</summary>
internal static class Workers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Evaluates a promise in the service worker of this page's context.</summary>
    public static async Task Evaluate(IPage page, string workerUrl, string expression)
    {
        var own = await page.Context.NewCDPSessionAsync(page);
        var context = (await own.SendAsync("Target.getTargetInfo"))!.Value.GetProperty("targetInfo")
            .GetProperty("browserContextId").GetString();
        await own.DetachAsync();
        var cdp = await page.Context.Browser!.NewBrowserCDPSessionAsync();
        var targets = (await cdp.SendAsync("Target.getTargets"))!.Value.GetProperty("targetInfos").EnumerateArray();
        var worker = targets.Single(target => target.GetProperty("type").GetString() == "service_worker"
            && target.GetProperty("url").GetString() == workerUrl
            && target.GetProperty("browserContextId").GetString() == context);
        var answered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cdp.Event(
            "Target.receivedMessageFromTarget").OnEvent += (_, json) => answered.TrySetResult(
                json!.Value.GetProperty("message").GetString()!);
        var session = (await cdp.SendAsync("Target.attachToTarget", new Dictionary<string, object>
        {
            ["targetId"] = worker.GetProperty("targetId").GetString()!, ["flatten"] = false,
        }))!.Value.GetProperty("sessionId").GetString()!;
        await cdp.SendAsync("Target.sendMessageToTarget", new Dictionary<string, object>
        {
            ["sessionId"] = session,
            ["message"] = JsonSerializer.Serialize(
                new { id = 1, method = "Runtime.evaluate", @params = new { expression, awaitPromise = true } }),
        });
        Assert.DoesNotContain("exceptionDetails", await answered.Task.WaitAsync(Patience), StringComparison.Ordinal);
        await cdp.DetachAsync();
    }
}
