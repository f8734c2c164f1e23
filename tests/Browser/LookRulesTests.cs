using System.Diagnostics;

namespace OrleansCalls.Tests.Browser;

/// <summary>
/// The page's rules that need no browser: where pictures go, who speaks, and the table of words. They are tested in Node.js.
/// </summary>
public sealed class LookRulesTests
{
    [Need("npm")]
    public async Task Rules_OfThePage_HoldInNode()
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["test"])
        {
            WorkingDirectory = Path.Combine(Page.Repository, "gateway", "page"), RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, string.Concat(said));
        Assert.Contains("# fail 0", said[0], StringComparison.Ordinal);
    }
}
