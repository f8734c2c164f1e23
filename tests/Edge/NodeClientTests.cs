using System.Diagnostics;

namespace OrleansCalls.Tests.Edge;

public sealed class NodeClientTests
{
    [Need("node", "gateway/page/node_modules/@microsoft/signalr")]
    public async Task RealSignalRClient_RunsACallFromStartToEnd()
    {
        await using var service = await Service.Start();
        var packages = Path.Combine(Need.Repository, "gateway", "page", "package.json");
        using var node = Process.Start(new ProcessStartInfo(
            "node",
            [Path.Combine(AppContext.BaseDirectory, "signalr-client.mjs"), service.Address.ToString(), packages, Service.Token("node-ann"), Service.Token("node-ben")])
        {
            RedirectStandardError = true,
        })!;
        var errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, errors);
    }
}
